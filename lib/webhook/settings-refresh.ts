import { backOff, type BackOffOptions, type Clock } from '../common/index.js';

/** Waits after a refresh that failed, in ms. */
const RETRY: BackOffOptions = { first: 1_000, longest: 30_000 };
/** Then the poll has to see to it. */
const TRIES = 6;

/** Settings are fetched when VWO has said that there are others: at once, and again a few times where that fails. */
export class SettingsRefresh {
  private failures = 0;
  private cancel: (() => void) | undefined;
  private closed = false;

  /** @param refresh fetches now; calls during a fetch share the next one. The client logs why it rejects. */
  constructor(
    private readonly refresh: () => Promise<boolean>,
    private readonly clock: Clock,
  ) {}

  /** Nobody waits for it. */
  ask(): void {
    this.failures = 0;
    this.fetch();
  }

  /** Nothing is tried any more. */
  close(): void {
    this.closed = true;
    this.cancel?.();
  }

  private fetch(): void {
    if (this.closed) return;
    this.cancel?.();
    this.cancel = undefined;
    this.refresh().then(
      () => this.done(),
      () => this.again(),
    );
  }

  private done(): void {
    this.failures = 0;
    this.cancel?.();
    this.cancel = undefined;
  }

  private again(): void {
    if (this.closed || this.cancel !== undefined) return; // of calls that shared a fetch, one tries again
    this.failures += 1;
    if (this.failures >= TRIES) return;
    this.cancel = this.clock.after(backOff(this.failures, RETRY), () => this.fetch());
  }
}
