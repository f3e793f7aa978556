import ts from 'typescript';
import { entriesAs } from '../docs/package-entries.js';

/**
 * What a strict compiler says about these files of an application, by line. `nestjs-vwo` is lib/.
 * @param types packages whose globals there are
 * @param paths where else a name that is imported leads to
 */
export function typeErrors(
  files: readonly string[],
  { types = ['node'], paths = {} }: { types?: string[]; paths?: Record<string, string[]> } = {},
): string[] {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types,
    noEmit: true,
    paths: { ...paths, ...Object.fromEntries(entriesAs((entry, source) => [entry, [source]])) },
  });
  return files
    .flatMap((file) => {
      const source = program.getSourceFile(file);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    })
    .map(explained);
}

function explained({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
  return `${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
