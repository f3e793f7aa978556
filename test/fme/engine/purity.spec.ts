import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOM = new URL('../../../lib/fme/engine/', import.meta.url);

const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, source: readFileSync(new URL(name, ROOM), 'utf8') }));

/** Where an import of the file `name` leads, from the folder `lib`: `fme/engine/…` or `model/…`. */
const target = (name: string, path: string): string => posix.join('fme/engine', posix.dirname(name), path);

describe('the engine takes values and returns values', () => {
  it('imports nothing but itself and the room `model`', () => {
    const imports = files.flatMap(({ name, source }) =>
      [...source.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(([, path = '']) => ({ name, path })),
    );
    expect(imports.length).toBeGreaterThan(files.length);
    const foreign = imports.filter(
      ({ name, path }) => !path.startsWith('.') || !/^(fme\/engine|model)\//.test(target(name, path)),
    );
    expect(foreign).toEqual([]);
  });

  it('knows no clock, no randomness, no promise, no input or output', () => {
    const forbidden =
      /\b(Date|performance|Math\.random|crypto|Promise|async|await|setTimeout|setInterval|setImmediate|queueMicrotask|console|process|globalThis|fetch|require)\b/g;
    const found = files.flatMap(({ name, source }) => {
      const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      return [...code.matchAll(forbidden)].map(([word]) => `${name}: ${word}`);
    });
    expect(found).toEqual([]);
  });

  it('keeps no state between decisions: no module-level `let`', () => {
    expect(files.filter(({ source }) => /^(export )?(let|var) /m.test(source))).toEqual([]);
  });
});
