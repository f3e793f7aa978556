import { describe, expect, it } from '@jest/globals';
import { backOff } from '../../lib/common/index.js';

describe('backOff', () => {
  it('waits twice as long after each failure, up to the longest', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 1_000_000].map((n) =>
      backOff(n, { first: 100, longest: 3_000, random: () => 0 }),
    );
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000]);
  });

  it('takes up to half off by chance, so that many processes do not come back at once', () => {
    expect(backOff(1, { first: 100, longest: 3_000, random: () => 0.999999 })).toBe(50);
    const waits = Array.from({ length: 200 }, () => backOff(4, { first: 100, longest: 3_000 }));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(400);
    expect(Math.max(...waits)).toBeLessThanOrEqual(800);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });
});
