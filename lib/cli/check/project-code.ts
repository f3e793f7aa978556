import type { Node, Program, SourceFile, TypeChecker } from 'typescript';
import { isOurs } from './our-declarations.js';
import type { TypeScript } from './project-typescript.js';

/** A project's code, and whose flags are looked for in it. */
export interface ProjectCode {
  readonly ts: TypeScript;
  readonly checker: TypeChecker;
  /** The project's own files, without declarations. */
  readonly files: readonly SourceFile[];
  /** The working directory. */
  readonly cwd: string;
  /** Undefined: the client without a name. */
  readonly client: string | undefined;
}

export function projectCode(ts: TypeScript, program: Program, cwd: string, client: string | undefined): ProjectCode {
  const files = program
    .getSourceFiles()
    .filter(
      (file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file) && !isOurs(file.fileName),
    );
  return { ts, checker: program.getTypeChecker(), files, cwd, client };
}

/** Every node of the project's own files, each before what is in it. */
export function forEachNode({ ts, files }: ProjectCode, visit: (node: Node) => void): void {
  const walk = (node: Node): void => {
    visit(node);
    ts.forEachChild(node, walk);
  };
  files.forEach(walk);
}
