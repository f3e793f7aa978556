import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Ring } from '../../lib/events/ring.js';

type Step = { push: number } | { shift: true } | { drop: true } | { take: number } | { takeAndPutBack: number };

/** Heavier than its number, so that a weight is not taken for an item. */
const weightOf = (item: number) => item * 2 + 0.5;

/** The oldest `most` at most, oldest first, and what each weighs. */
function taken(ring: Ring<number>, most: number): { items: number[]; weights: number[] } {
  const [items, weights]: [number[], number[]] = [[], []];
  while (items.length < most && ring.length > 0) {
    weights.push(ring.firstWeight);
    items.push(ring.shift() as number);
  }
  expect(weights).toEqual(items.map(weightOf));
  return { items, weights };
}

describe('Ring', () => {
  it('behaves like a list, whatever is done to it', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ push: fc.nat(300) }),
      fc.record({ shift: fc.constant(true as const) }),
      fc.record({ drop: fc.constant(true as const) }),
      fc.record({ take: fc.nat(200) }),
      fc.record({ takeAndPutBack: fc.nat(200) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const ring = new Ring<number>();
        let list: number[] = [];
        let next = 0;
        for (const what of steps) {
          if ('push' in what) {
            for (let i = 0; i < what.push; i++) {
              ring.push(next, weightOf(next));
              list.push(next++);
            }
          } else if ('shift' in what) expect(ring.shift()).toBe(list.shift());
          else if ('drop' in what) {
            expect(ring.firstWeight).toBe(list.length === 0 ? 0 : weightOf(list[0] ?? NaN));
            ring.drop();
            list.shift();
          } else if ('take' in what) expect(taken(ring, what.take).items).toEqual(list.splice(0, what.take));
          else {
            const { items, weights } = taken(ring, what.takeAndPutBack);
            expect(items).toEqual(list.slice(0, what.takeAndPutBack));
            ring.push(next, weightOf(next));
            list = [...list, next++];
            ring.putBack(items, weights);
          }
          expect(ring.length).toBe(list.length);
        }
        expect(taken(ring, Infinity).items).toEqual(list);
        list.forEach((item) => ring.push(item));
        expect(ring.clear()).toBe(list.length);
        expect([ring.length, ring.shift()]).toEqual([0, undefined]);
      }),
      { seed: 1 },
    );
  });
});
