import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { EqualWaits } from '../../lib/common/index.js';
import { MovedClock } from './moved-clock.js';

/** How long each wait of these tests may take, in ms. */
const MS = 5_000;

function started(count: number) {
  const clock = new MovedClock();
  const waits = new EqualWaits(clock, MS);
  const late: number[] = [];
  const all = Array.from({ length: count }, (_, i) => waits.start(() => late.push(i)));
  return { clock, waits, late, all };
}

describe('waits of equal length', () => {
  it('run on one timer, however many there are', () => {
    expect(started(100).clock.timers).toHaveLength(1);
  });

  it('are late after their time and not before, the oldest first, once each', async () => {
    const { clock, waits, late } = started(2);
    clock.move(1_000);
    waits.start(() => late.push(2));
    clock.move(MS - 1_001);
    await turn();
    expect(late).toEqual([]);
    clock.move(1);
    await turn();
    expect(late).toEqual([0, 1]);
    clock.move(1_000);
    await turn();
    expect(late).toEqual([0, 1, 2]);
    clock.move(2 * MS);
    await turn();
    expect(late).toEqual([0, 1, 2]);
  });

  it('are not late when they end in the turn in which their time is up: timers run before sockets are read', async () => {
    const { clock, waits, late, all } = started(2);
    clock.move(MS);
    expect(waits.end(all[0]!)).toBe(true);
    await turn();
    expect(late).toEqual([1]);
  });

  it.each([0, 1, 2])('end in any order: number %d first', async (first) => {
    const { clock, waits, late, all } = started(3);
    expect(waits.end(all[first]!)).toBe(true);
    expect(waits.count).toBe(2);
    clock.move(MS);
    await turn();
    expect(late).toEqual([0, 1, 2].filter((i) => i !== first));
    expect(waits.count).toBe(0);
  });

  it('end once: what is over or late cannot end again', async () => {
    const { clock, waits, all } = started(2);
    expect(waits.end(all[0]!)).toBe(true);
    expect(waits.end(all[0]!)).toBe(false);
    clock.move(MS);
    await turn();
    expect(waits.end(all[1]!)).toBe(false);
    expect(waits.count).toBe(0);
  });

  it('leave no timer that holds the process for longer than a moment after the last has ended', () => {
    const { clock, waits, all } = started(1);
    waits.end(all[0]!);
    expect(clock.timers.every((ms) => ms <= 50)).toBe(true);
    clock.move(50);
    expect(clock.timers).toEqual([]);
  });

  it('leave no timer when they are closed after the last has ended', () => {
    const { clock, waits, all } = started(1);
    waits.end(all[0]!);
    waits.close();
    expect(clock.timers).toEqual([]);
  });

  it('leave no timer at all once they are closed, and those under way are still late in time', async () => {
    const { clock, waits, late, all } = started(2);
    waits.close();
    waits.end(all[0]!);
    expect(clock.timers).toHaveLength(1);
    clock.move(MS);
    await turn();
    expect(late).toEqual([1]);
    expect(clock.timers).toEqual([]);
    waits.end(waits.start(() => late.push(2)));
    expect(clock.timers).toEqual([]);
  });

  it('may be started while others are found late', async () => {
    const clock = new MovedClock();
    const waits = new EqualWaits(clock, MS);
    const late: string[] = [];
    waits.start(() => {
      late.push('first');
      waits.start(() => late.push('second'));
    });
    clock.move(MS);
    await turn();
    expect(clock.timers).toHaveLength(1);
    clock.move(MS);
    await turn();
    expect(late).toEqual(['first', 'second']);
  });
});
