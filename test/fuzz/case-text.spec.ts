import { describe, expect, it } from '@jest/globals';
import { caseOfText, textOfCase } from './case-text.js';

const again = (value: unknown): unknown => caseOfText(textOfCase(value));

describe('a case that is kept is the case that failed', () => {
  it.each<[string, unknown]>([
    ['undefined among fields and elements', { a: undefined, b: [undefined, null] }],
    ['numbers that JSON has not', [NaN, Infinity, -Infinity, -0, 0, 1e21]],
    ['maps, with what is in them', new Map<unknown, unknown>([['a', { b: new Map([[1, undefined]]) }]])],
    ['fields called __proto__ and constructor', JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
    ['objects without a prototype', Object.assign(Object.create(null) as object, { a: { b: 1 } })],
    ['half of a surrogate pair', 'a\ud800b'],
    ['a field called as the mark of what JSON has not', { $: 'map', of: [1] }],
  ])('%s', (_what, value) => {
    expect(again(value)).toStrictEqual(value);
  });

  it('an object without a prototype has none again, one with a prototype has its own fields only', () => {
    expect(Object.getPrototypeOf(again(Object.create(null)))).toBeNull();
    expect(Object.hasOwn(again(JSON.parse('{"__proto__":1}')) as object, '__proto__')).toBe(true);
  });

  it.each([[() => 1], [Symbol('x')], [1n]])('refuses what it cannot give back: %p', (value) => {
    expect(() => textOfCase({ value })).toThrow(/cannot be kept/);
  });
});
