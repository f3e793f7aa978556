/**
 * One round of one target, in a process of its own: what VWO's SDKs leave in memory ends with it, and so does a case that
 * hangs or ends the process. `main.ts` starts it and hears from it by messages.
 */
import { caseOfText, textOfCase } from './case-text.js';
import type { FuzzRun } from './fuzz.target.js';
import { targetNamed } from './targets.js';

/** What a round is asked for. */
export interface RoundOrder {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  /** This case instead of drawn ones: as text. */
  readonly given?: string | undefined;
  /** Only draws the first case, and does not try it. */
  readonly drawsOnly?: boolean;
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
  readonly failed: FailedCase | undefined;
  /** The first case as text, where it was only drawn. */
  readonly drawn?: string | undefined;
}

export interface FailedCase {
  readonly case: number;
  readonly message: string;
  /** The smallest case that fails so, as text; undefined: the process could not give it. */
  readonly text?: string | undefined;
}

const PROGRESS_EVERY = 250; // ms

async function round(order: RoundOrder): Promise<RoundEnd> {
  const run = await targetNamed(order.target).start();
  if (order.drawsOnly) {
    const drawn = textOfCase(run.draw(order.seed, order.first));
    return { kind: 'end', cases: 0, took: 0, heap: 0, failed: undefined, drawn };
  }
  const began = Date.now();
  let said = 0;
  let n = order.first;
  let failed: RoundEnd['failed'];
  do {
    if (Date.now() - said >= PROGRESS_EVERY) {
      said = Date.now();
      tell({ kind: 'progress', next: n });
    }
    failed = await tried(run, order, n);
    n += 1;
  } while (!failed && (order.last === undefined ? Date.now() < order.until : n <= order.last));
  const took = Date.now() - began;
  await run.close();
  return { kind: 'end', cases: n - order.first, took, heap: process.memoryUsage().heapUsed, failed };
}

/** Each case is tried as its text gives it back, so that what fails can be kept. */
async function tried(run: FuzzRun, { seed, given }: RoundOrder, n: number): Promise<FailedCase | undefined> {
  const text = given ?? textOfCase(run.draw(seed, n));
  const message = await failureOf(run, text);
  if (message === undefined || given !== undefined)
    return message === undefined ? undefined : { case: n, message, text };
  const smaller = textOfCase(await (run.smaller?.(caseOfText(text), seed, n) ?? caseOfText(text)));
  const again = await failureOf(run, smaller);
  return again === undefined ? { case: n, message, text } : { case: n, message: again, text: smaller };
}

async function failureOf(run: FuzzRun, text: string): Promise<string | undefined> {
  try {
    await run.check(caseOfText(text));
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function tell(message: RoundProgress | RoundEnd): void {
  process.send?.(message);
}

process.once('disconnect', () => process.exit(1)); // main.ts is gone
process.once('message', (order: RoundOrder) => {
  void round(order).then((end) => process.send?.(end, () => process.exit(0)));
});
