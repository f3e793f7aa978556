import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const ROOM = new URL('../../lib/engine/', import.meta.url);

const files = readdirSync(ROOM).map((name) => ({ name, source: readFileSync(new URL(name, ROOM), 'utf8') }));

describe('the engine takes values and returns values', () => {
  it('imports nothing but itself', () => {
    const imports = files.flatMap(({ name, source }) =>
      [...source.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(([, path = '']) => ({ name, path })),
    );
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.filter(({ path }) => !path.startsWith('./'))).toEqual([]);
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
