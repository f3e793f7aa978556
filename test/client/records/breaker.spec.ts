import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Breaker } from '../../../lib/client/records/breaker.js';
import { MovedClock } from '../../common/moved-clock.js';

const SECOND = 1_000;

describe('a breaker', () => {
  let clock: MovedClock;
  let probes: number;
  /** What a probe comes to. */
  let probing: () => void;
  let breaker: Breaker;
  const onFailing = jest.fn();
  const onFine = jest.fn();
  beforeEach(() => {
    clock = new MovedClock();
    probes = 0;
    probing = () => undefined;
    jest.clearAllMocks();
    const probe = (): void => {
      probes += 1;
      probing();
    };
    breaker = new Breaker({ clock, probe, onFailing, onFine });
  });

  /** Calls that fail one after the other, each for another user. */
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) breaker.failed(breaker.mark, `user-${i}`);
  };
  const probeFails = (): void => breaker.failed(breaker.mark, 'probed');
  const probeHangs = (): void => breaker.late(breaker.mark, 'probed');

  test('opens at the third failure in succession, and not before', () => {
    fail(2);
    expect(breaker.isOpen).toBe(false);
    fail(1);
    expect(breaker.isOpen).toBe(true);
  });

  test('is fine again after one success', () => {
    fail(2);
    expect(breaker.isFine).toBe(false);
    breaker.succeeded();
    expect(breaker.isFine).toBe(true);
    fail(2);
    expect(breaker.isOpen).toBe(false);
  });

  test('counts all that were under way together as one failure, however many are late', () => {
    const { mark } = breaker;
    for (let i = 0; i < 50; i++) breaker.late(mark, `user-${i}`);
    expect(breaker.isOpen).toBe(false);
    breaker.late(breaker.mark, 'next');
    breaker.late(breaker.mark, 'next but one');
    expect(breaker.isOpen).toBe(true);
  });

  test('counts the refusals for one user as one: it may be a record that cannot be read', () => {
    for (let i = 0; i < 10; i++) breaker.failed(breaker.mark, 'ann');
    expect(breaker.isOpen).toBe(false);
  });

  test('counts each time that one user is waited for in vain', () => {
    for (let i = 0; i < 3; i++) breaker.late(breaker.mark, 'ann');
    expect(breaker.isOpen).toBe(true);
  });

  test('tells of the first failure, and of the first success after it', () => {
    breaker.succeeded();
    expect(onFine).not.toHaveBeenCalled();
    fail(3);
    expect(onFailing).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 2; i++) breaker.succeeded();
    expect(onFine.mock.calls).toEqual([[true]]);
    fail(1);
    breaker.succeeded();
    expect(onFine.mock.calls).toEqual([[true], [false]]);
  });

  test('that is closed has no timer', () => {
    fail(2);
    expect(clock.timers).toEqual([]);
    fail(1);
    expect(clock.timers).toHaveLength(1);
    breaker.succeeded();
    expect(clock.timers).toEqual([]);
  });

  test('probes within 100 ms, then less and less often, and every 2 s at last', () => {
    probing = probeFails;
    fail(3);
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      const [wait = NaN] = clock.timers;
      waits.push(wait);
      clock.move(wait);
    }
    expect(probes).toBe(10);
    for (const [i, wait] of waits.entries()) {
      const longest = Math.min(100 * 2 ** i, 2 * SECOND);
      expect(wait).toBeGreaterThanOrEqual(longest / 2);
      expect(wait).toBeLessThanOrEqual(longest);
    }
  });

  test('makes no second probe while one has not ended', () => {
    fail(3);
    clock.move(60 * SECOND);
    expect(probes).toBe(1);
  });

  test('closes when a probe succeeds, or anything else', () => {
    probing = () => breaker.succeeded();
    fail(3);
    clock.move(100);
    expect([breaker.isOpen, breaker.isFine]).toEqual([false, true]);
  });

  test('is not moved by the end of calls that began before', () => {
    const { mark } = breaker;
    fail(3);
    clock.move(100);
    breaker.failed(mark, 'old');
    expect(clock.timers).toEqual([]); // the probe is under way still
    probeFails();
    expect(clock.timers).toHaveLength(1);
  });

  test('probes ever less often where they hang, and soon when one of them is answered', () => {
    probing = probeHangs;
    fail(3);
    clock.move(24 * 3600 * SECOND);
    expect(probes).toBeGreaterThan(10);
    expect(probes).toBeLessThan(10 + 20 + (24 * 3600) / 150);
    const before = probes;
    probing = () => breaker.succeeded();
    breaker.stirred();
    clock.move(100);
    expect([probes - before, breaker.isOpen]).toEqual([1, false]);
  });

  test('that opens again within 10 s does not begin anew: a storage that comes and goes is tried seldom', () => {
    probing = probeFails;
    fail(3);
    clock.move(20 * SECOND);
    breaker.succeeded();
    fail(3);
    expect(clock.timers[0]).toBeGreaterThanOrEqual(SECOND);
    breaker.succeeded();
    clock.move(11 * SECOND);
    fail(3);
    expect(clock.timers[0]).toBeLessThanOrEqual(100);
  });

  test('that has ended makes no probe any more', () => {
    fail(3);
    breaker.end();
    fail(1);
    expect(clock.timers).toEqual([]);
  });
});
