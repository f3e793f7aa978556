import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { entriesAs } from '../docs/package-entries.js';

const APPLICATION = join(import.meta.dirname, 'application');

describe('an application that says which flags there are (declare module)', () => {
  it('compiles as far as keys, variations and variables exist; what does not is marked in the file', () => {
    expect(typeErrors('vwo-flags.d.ts', 'typed.ts')).toEqual([]);
  });

  it('does not compile with others', () => {
    expect(typeErrors('vwo-flags.d.ts', 'loose.ts')).toContainEqual(
      expect.stringContaining(`Argument of type '"checkout"' is not assignable to parameter of type '"new-checkout" |`),
    );
  });
});

describe('an application that does not say it', () => {
  it('compiles with any key', () => {
    expect(typeErrors('loose.ts')).toEqual([]);
  });
});

/** What a strict compiler says about these files of `application/`. */
function typeErrors(...names: readonly string[]): string[] {
  const files = names.map((name) => join(APPLICATION, name));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ['node'],
    noEmit: true,
    paths: Object.fromEntries(entriesAs((entry, source) => [entry, [source]])),
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
