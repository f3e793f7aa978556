import { describe, expect, it } from '@jest/globals';
import { SmallMap } from '../../../lib/client/visit/small-map.js';

const keysOf = (count: number) => Array.from({ length: count }, (_, i) => `key-${i}`);

describe('SmallMap', () => {
  it.each([0, 1, 2, 8, 9, 40])('finds each of %i values under its key, and nothing under another', (count) => {
    const map = new SmallMap<string>();
    for (const key of keysOf(count)) map.set(key, `value of ${key}`);
    for (const key of keysOf(count)) expect(map.get(key)).toBe(`value of ${key}`);
    expect(keysOf(count).every((key) => map.has(key))).toBe(true);
    expect([map.get('other'), map.has('other')]).toEqual([undefined, false]);
  });

  it.each([1, 8, 9, 12])('has another value in place of the one that each of %i keys had', (count) => {
    const map = new SmallMap<number>();
    for (const key of keysOf(count)) map.set(key, 1);
    for (const key of keysOf(count)) map.replace(key, 2);
    map.replace('other', 2);
    expect(keysOf(count).map((key) => map.get(key))).toEqual(keysOf(count).map(() => 2));
  });

  it.each([1, 8, 9, 12])('gives the latest value of each of %i keys that were all set twice', (count) => {
    const map = new SmallMap<number>();
    for (const value of [1, 2]) for (const key of keysOf(count)) map.set(key, value);
    expect(keysOf(count).map((key) => map.get(key))).toEqual(keysOf(count).map(() => 2));
  });
});
