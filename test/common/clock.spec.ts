import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { clockOf, Deadline, inNeutralContext, systemClock } from '../../lib/common/index.js';
import { MovedClock } from './moved-clock.js';

const requests = new AsyncLocalStorage<string>();

describe('work that outlives a request', () => {
  it('knows nothing of it, and what called it does', () => {
    requests.run('A', () => {
      expect(inNeutralContext(() => requests.getStore())).toBeUndefined();
      expect(requests.getStore()).toBe('A');
    });
  });

  it('runs on timers that know nothing of it', async () => {
    const seen = await requests.run(
      'A',
      () => new Promise((resolve) => systemClock.after(0, () => resolve(requests.getStore()))),
    );
    expect(seen).toBeUndefined();
  });

  it('runs on timers of a given clock that know nothing of it either', () => {
    const armedIn: unknown[] = [];
    const clock = clockOf({ now: () => 0, after: () => (armedIn.push(requests.getStore()), () => undefined) });
    requests.run('A', () => clock.after(1, () => undefined));
    expect(armedIn).toEqual([undefined]);
  });
});

describe('a clock that is given', () => {
  it('need not be monotonic: its time of day is used then', () => {
    expect(clockOf({ now: () => 42, after: () => () => undefined }).monotonic()).toBe(42);
  });

  it('keeps what it has', () => {
    const clock = new MovedClock();
    clock.setTo(7);
    expect(clockOf(clock).now()).toBe(7);
    expect(clockOf(clock).monotonic()).toBe(clock.monotonic());
  });
});

describe('Deadline', () => {
  it('comes after its time and not before, whatever is done to the wall clock', () => {
    const clock = new MovedClock();
    const deadline = new Deadline(clock, 1_000);
    clock.setTo(clock.now() + 3_600_000);
    expect(deadline.left).toBe(1_000);
    clock.setTo(clock.now() - 7_200_000);
    clock.move(400);
    expect(deadline.left).toBe(600);
    clock.move(5_000);
    expect(deadline.left).toBe(0);
  });
});
