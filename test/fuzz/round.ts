/**
 * One round of one target, in a process of its own: what VWO's SDKs leave in memory ends with it, and so does a case that
 * hangs or ends the process. `main.ts` starts it and hears from it by messages.
 */
import { targetNamed } from './targets.js';

/** What a round is asked for. */
export interface RoundOrder {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  /** The last case; undefined: as many as there is time for. */
  readonly last: number | undefined;
  /** When to stop, in ms since the epoch. At least one case is tried. */
  readonly until: number;
}

/** Said every now and then, so that one knows where a case began that never ended. */
export interface RoundProgress {
  readonly kind: 'progress';
  readonly next: number;
}

export interface RoundEnd {
  readonly kind: 'end';
  /** How many cases were tried, that which failed included. */
  readonly cases: number;
  /** What the cases took, in ms, without starting. */
  readonly took: number;
  /** Of the JavaScript heap at its end, in bytes. */
  readonly heap: number;
  /** A round ends with the first case that fails. */
  readonly failed: { readonly case: number; readonly message: string } | undefined;
}

const PROGRESS_EVERY = 250; // ms

async function round(order: RoundOrder): Promise<RoundEnd> {
  const run = await targetNamed(order.target).start();
  const began = Date.now();
  let said = 0;
  let n = order.first;
  let failed: RoundEnd['failed'];
  do {
    if (Date.now() - said >= PROGRESS_EVERY) {
      said = Date.now();
      tell({ kind: 'progress', next: n });
    }
    failed = await run.check(order.seed, n).then(
      () => undefined,
      (error: unknown) => ({
        case: n,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
    n += 1;
  } while (!failed && (order.last === undefined ? Date.now() < order.until : n <= order.last));
  const took = Date.now() - began;
  await run.close();
  return { kind: 'end', cases: n - order.first, took, heap: process.memoryUsage().heapUsed, failed };
}

function tell(message: RoundProgress | RoundEnd): void {
  process.send?.(message);
}

process.once('disconnect', () => process.exit(1)); // main.ts is gone
process.once('message', (order: RoundOrder) => {
  void round(order).then((end) => process.send?.(end, () => process.exit(0)));
});
