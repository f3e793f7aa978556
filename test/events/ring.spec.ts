import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Ring } from '../../lib/events/ring.js';

type Step = { push: number } | { shift: true } | { take: number } | { takeAndPutBack: number };

describe('Ring', () => {
  it('behaves like a list, whatever is done to it', () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ push: fc.nat(300) }),
      fc.record({ shift: fc.constant(true as const) }),
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
              ring.push(next);
              list.push(next++);
            }
          } else if ('shift' in what) expect(ring.shift()).toBe(list.shift());
          else if ('take' in what) expect(ring.take(what.take)).toEqual(list.splice(0, what.take));
          else {
            const taken = ring.take(what.takeAndPutBack);
            expect(taken).toEqual(list.slice(0, what.takeAndPutBack));
            ring.push(next);
            list = [...list, next++];
            ring.putBack(taken);
          }
          expect(ring.length).toBe(list.length);
        }
        expect(ring.take(Infinity)).toEqual(list);
      }),
      { seed: 1 },
    );
  });
});
