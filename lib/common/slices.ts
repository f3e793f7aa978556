import timers from 'node:timers';
import { inNeutralContext } from './neutral-context.js';

/** How long work may hold the event loop in one go, in ms. */
const SLICE_MS = 2;

/** Node's own, as they are when the library is loaded: a test may hold the timers of its process still, before or after. */
const { setImmediate } = timers;
const now = performance.now.bind(performance);

/**
 * Runs work to its end: at once where it is short, else in slices, between which the process does its other work. The work yields
 * wherever it may be interrupted, and that often. Throws, or rejects, where the work throws.
 */
export function inSlices<T>(work: Generator<void, T>): T | Promise<T> {
  const first = slice(work);
  return first.done ? first.value : inNeutralContext(() => rest(work));
}

async function rest<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const step = slice(work);
    if (step.done) return step.value;
  }
}

function slice<T>(work: Generator<void, T>): IteratorResult<void, T> {
  const end = now() + SLICE_MS;
  for (;;) {
    const step = work.next();
    if (step.done || now() >= end) return step;
  }
}
