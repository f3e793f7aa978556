import type { Clock } from '../../../lib/common/index.js';
import type { VwoKeptSettings, VwoSettingsAddress, VwoSettingsStore } from '../../../lib/settings/index.js';

/** A store in memory that any number of keepers share, as instances share one in Redis. */
export class MemorySettingsStore implements VwoSettingsStore {
  readonly saved: VwoKeptSettings[] = [];
  readonly claimed: number[] = [];
  private kept: { readonly settings: string; readonly fetched: number } | undefined;
  private turnEnds = -Infinity;
  private readonly watching = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  get watchers(): number {
    return this.watching.size;
  }

  /** Kept before any keeper was there. */
  holding(settings: unknown, age = 0): this {
    this.kept = { settings: JSON.stringify(settings), fetched: this.clock.monotonic() - age };
    return this;
  }

  /** As an instance that has the turn, and never fetches. */
  claimedByNobody(ms: number): this {
    this.turnEnds = this.clock.monotonic() + ms;
    return this;
  }

  load(): VwoKeptSettings | undefined {
    return this.kept && { settings: this.kept.settings, age: this.clock.monotonic() - this.kept.fetched };
  }

  save(_address: VwoSettingsAddress, kept: VwoKeptSettings): void {
    this.saved.push(kept);
    const before = this.kept?.settings;
    this.kept = { settings: kept.settings, fetched: this.clock.monotonic() - kept.age };
    if (before !== kept.settings) this.watching.forEach((changed) => changed());
  }

  claim(_address: VwoSettingsAddress, ms: number): boolean {
    if (this.clock.monotonic() < this.turnEnds) return false;
    this.turnEnds = this.clock.monotonic() + ms;
    this.claimed.push(ms);
    return true;
  }

  watch(_address: VwoSettingsAddress, changed: () => void): () => void {
    this.watching.add(changed);
    return () => void this.watching.delete(changed);
  }
}
