import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { typeErrors } from './type-errors.js';

const FLAGS = pathOf('vwo-flags.d.ts');
const TYPED = pathOf('typed.ts');
const TESTING = pathOf('testing.ts');
const MATCHERS = pathOf('matchers.ts');
const LOOSE = pathOf('loose.ts');

describe('an application that says which flags there are (declare module)', () => {
  it('compiles as far as keys, variations and variables exist; what does not is marked in the files; its tests, too', () => {
    expect(typeErrors([FLAGS, TYPED, TESTING])).toEqual([]);
  });

  it.each([
    ['@jest/globals', 'jest-globals.ts', ['node']],
    ['@types/jest', 'types-jest.ts', ['node', 'jest']],
    ['Vitest', 'vitest.ts', ['node']],
  ])('has matchers that know the keys of each client: %s', (_runner, file, types) => {
    expect(typeErrors([FLAGS, MATCHERS], { types, paths: { 'the-runner': [pathOf(file)] } })).toEqual([]);
  });

  it('does not compile with others', () => {
    expect(typeErrors([FLAGS, LOOSE])).toContainEqual(
      expect.stringContaining(`Argument of type '"checkout"' is not assignable to parameter of type '"new-checkout" |`),
    );
  });
});

describe('an application that does not say it', () => {
  it('compiles with any key', () => {
    expect(typeErrors([LOOSE])).toEqual([]);
  });
});

function pathOf(file: string): string {
  return join(import.meta.dirname, 'application', file);
}
