import { dirname, join } from 'node:path';
import ts from 'typescript';
import { type CodeBlock, placeOf, ROOT } from './code-blocks.js';
import { entriesAs } from './package-entries.js';

/** What the compiler says about modules of a project that has the package, by the place of the block. */
export function typeErrors(blocks: readonly CodeBlock[]): ReadonlyMap<string, readonly string[]> {
  const apart = new Set(blocks.filter(saysWhichFlags).map(({ page }) => page));
  const together = blocks.filter(({ page }) => !apart.has(page));
  const pages = [...apart].map((page) => blocks.filter((block) => block.page === page));
  return new Map([together, ...pages].flatMap((some) => [...errorsOf(some)]));
}

/** What a block says of VwoFlags counts for its whole program, so its page has one of its own. */
function saysWhichFlags({ text }: CodeBlock): boolean {
  return text.includes("declare module 'nestjs-vwo'");
}

function errorsOf(blocks: readonly CodeBlock[]): ReadonlyMap<string, readonly string[]> {
  const named = new Map(blocks.map((block, i) => [`block-${i}.ts`, block]));
  const found = typeErrorsByPath(named);
  return new Map([...named].map(([path, block]) => [placeOf(block), found.get(path) ?? []]));
}

/** The same by path: modules of one folder see one another. One program for all of them: quick. */
export function typeErrorsByPath(blocks: ReadonlyMap<string, CodeBlock>): ReadonlyMap<string, readonly string[]> {
  const files = new Map([...blocks].map(([path, block]) => [join(ROOT, path), block]));
  const program = ts.createProgram([...files.keys()], OPTIONS, withFiles(files));
  return new Map(
    [...blocks].map(([path, block]) => {
      const source = program.getSourceFile(join(ROOT, path));
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [path, found.map((diagnostic) => explained(diagnostic, block))];
    }),
  );
}

const OPTIONS: ts.CompilerOptions = {
  ...ts.convertCompilerOptionsFromJson(tsconfig().compilerOptions, ROOT).options,
  noUnusedLocals: false,
  noUnusedParameters: false,
  moduleDetection: ts.ModuleDetectionKind.Force,
  paths: Object.fromEntries(entriesAs((entry, source) => [entry, [source]])),
};

function tsconfig(): { compilerOptions: object } {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  return config;
}

function withFiles(files: ReadonlyMap<string, CodeBlock>): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  const folders = new Set([...files.keys()].map((file) => dirname(file)));
  return {
    ...host,
    directoryExists: (name) => folders.has(name) || host.directoryExists?.(name) === true,
    fileExists: (name) => files.has(name) || host.fileExists(name),
    readFile: (name) => files.get(name)?.text ?? host.readFile(name),
    getSourceFile: (name, version) => {
      const text = files.get(name)?.text;
      return text === undefined ? host.getSourceFile(name, version) : ts.createSourceFile(name, text, version);
    },
  };
}

function explained({ file, start = 0, messageText }: ts.Diagnostic, { page, line }: CodeBlock): string {
  const at = file?.getLineAndCharacterOfPosition(start).line ?? 0;
  return `${page}:${line + at}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
