import { relative } from 'node:path';
import type { CallExpression, Node, TypeChecker } from 'typescript';
import { isOurs } from './our-declarations.js';
import type { TypeScript } from './project-typescript.js';

/** Where something stands in the code. */
export interface CodePlace {
  /** From the working directory. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** The name of what is called, where this package declares it: `Flag` also where it is imported as something else. */
export function ourCall(ts: TypeScript, checker: TypeChecker, call: CallExpression): string | undefined {
  const declaration = checker.getResolvedSignature(call)?.declaration;
  const name = declaration && 'name' in declaration ? (declaration.name as Node | undefined) : undefined;
  if (!declaration || !name || !ts.isIdentifier(name)) return undefined;
  return isOurs(declaration.getSourceFile().fileName) ? name.text : undefined;
}

export function placeOf(node: Node, cwd: string): CodePlace {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { file: relative(cwd, file.fileName), line: line + 1, column: character + 1 };
}
