import { backOff, type BackOffOptions, type Clock } from '../../common/index.js';

/**
 * Failures in succession after which the storage is left alone: one may be chance, and each costs its visit `storageTimeout`.
 * What was under way when one failed does not count as another: 50 reads that a single stall makes late are one failure.
 */
const FAILURES_TO_OPEN = 3;

/** Waits between tries of a storage that is left alone, in ms. */
const BETWEEN_PROBES: BackOffOptions = { first: 100, longest: 2_000 };

/** Probes that hang while further ones are still made at that pace: each may be kept in memory for ever. */
const MANY_HANGING = 10;
const BETWEEN_HANGING: BackOffOptions = { first: 4_000, longest: 300_000 };

/** A storage that fails again so soon is not tried as often as at first, in ms. */
const RELAPSE = 10_000;

export interface BreakerOptions {
  readonly clock: Clock;
  /** Tries the storage, in the background; how that ends is told to the breaker like the end of any other call. */
  readonly probe: () => void;
  /** The first failure after a success. */
  readonly onFailing?: () => void;
  /** The first success after a failure. */
  readonly onFine?: (wasOpen: boolean) => void;
}

/** Knows whether a storage is worth asking. While it is open nobody waits for the storage; a probe finds out when it is back. */
export class Breaker {
  private failures = 0;
  private lastFailed: string | undefined;
  private open = false;
  /** Probes that were late, less the calls that have ended since. */
  private hanging = 0;
  private probes = 0;
  /** On the monotonic clock, in ms. */
  private closedAt = -Infinity;
  private probeDue = Infinity;
  private cancelProbe: (() => void) | undefined;
  private hasEnded = false;

  constructor(private readonly options: BreakerOptions) {}

  get isOpen(): boolean {
    return this.open;
  }

  /** Nothing has failed since the last success. */
  get isFine(): boolean {
    return this.failures === 0;
  }

  /** For a call that begins now: `failed` and `late` ask for it. */
  get mark(): number {
    return this.failures;
  }

  succeeded(): void {
    if (this.failures === 0) return;
    const wasOpen = this.open;
    this.letThrough();
    this.options.onFine?.(wasOpen);
  }

  /** @param userId a refusal for the same user again says nothing of the storage: it may be one record that cannot be read */
  failed(mark: number, userId: string): void {
    if (!this.open && this.failures > 0 && userId === this.lastFailed) return;
    this.count(mark, userId);
  }

  /** It may end later: `stirred` says so. */
  late(mark: number, userId: string): void {
    if (this.open && mark === this.failures) this.hanging += 1;
    this.count(mark, userId);
  }

  /** A call that was late has ended, one way or another: the storage lives, and is tried soon. */
  stirred(): void {
    this.hanging = Math.max(0, this.hanging - 1);
    this.probeSoon();
  }

  /** The same for other signs of life. */
  probeSoon(): void {
    if (this.open && this.probeDue - this.options.clock.monotonic() > BETWEEN_PROBES.first) {
      this.armProbe(backOff(1, BETWEEN_PROBES));
    }
  }

  /** As if nothing had failed. */
  letThrough(): void {
    if (this.open) this.closedAt = this.options.clock.monotonic();
    this.failures = 0;
    this.lastFailed = undefined;
    this.hanging = 0;
    this.open = false;
    this.stopProbe();
  }

  /** No probe from now on. */
  end(): void {
    this.hasEnded = true;
    this.stopProbe();
  }

  private count(mark: number, userId: string): void {
    if (mark !== this.failures) return;
    this.failures += 1;
    this.lastFailed = userId;
    if (this.failures === 1) this.options.onFailing?.();
    if (this.failures < FAILURES_TO_OPEN) return;
    if (!this.open && this.options.clock.monotonic() - this.closedAt > RELAPSE) this.probes = 0;
    this.open = true;
    this.probes += 1;
    const tooMany = this.hanging - MANY_HANGING;
    this.armProbe(tooMany > 0 ? backOff(tooMany, BETWEEN_HANGING) : backOff(this.probes, BETWEEN_PROBES));
  }

  private armProbe(ms: number): void {
    const { clock, probe } = this.options;
    this.stopProbe();
    if (this.hasEnded) return;
    this.probeDue = clock.monotonic() + ms;
    this.cancelProbe = clock.after(ms, () => {
      this.probeDue = Infinity;
      probe();
    });
  }

  private stopProbe(): void {
    this.cancelProbe?.();
    this.cancelProbe = undefined;
    this.probeDue = Infinity;
  }
}
