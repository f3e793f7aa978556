import { type Clock, type Diagnostics, errorText, within } from '../../common/index.js';
import type { VwoKeptSettings, VwoSettingsAddress, VwoSettingsStore } from './settings-store.js';

/** How long a store is waited for, in ms. */
const TIMEOUT_MS = 1_000;

const LATE = Symbol('late');
const FAILED = Symbol('failed');

export interface StoredSettingsOptions {
  readonly store: VwoSettingsStore;
  readonly address: VwoSettingsAddress;
  /** Settings that are older are not used, in ms. */
  readonly maxAge: number;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
}

/** The settings store of one client: asked in bounded time, and no failure of it goes further than the log. */
export class StoredSettings {
  private saving: Promise<unknown> = Promise.resolve();
  private stopWatching: (() => void | Promise<void>) | undefined;

  constructor(private readonly options: StoredSettingsOptions) {}

  /** What is kept and not too old. Never rejects. */
  async load(): Promise<VwoKeptSettings | undefined> {
    const { store, address, maxAge, diagnostics } = this.options;
    const kept = await this.asked('load', () => store.load(address));
    if (kept === FAILED || kept === undefined || kept === null) return undefined;
    if (!isKept(kept)) return void this.failed('load', 'its answer is no kept settings');
    const age = Math.max(0, kept.age); // where the clocks of two machines differ
    if (age <= maxAge) return { settings: kept.settings, age };
    diagnostics.warn(
      'settings-age',
      `The settings kept in the store are not used: ${ageText(age)} old (\`maxSettingsAge\`).`,
    );
    return undefined;
  }

  /** Nobody waits for it but `close`. */
  save(kept: VwoKeptSettings): void {
    const { store, address } = this.options;
    this.saving = this.asked('save', () => store.save(address, kept));
  }

  /** Whether it is this client's turn to fetch; true where the store does not say. Never rejects. */
  async claim(ms: number): Promise<boolean> {
    const { store, address } = this.options;
    return (await this.asked('claim', () => store.claim(address, ms))) !== false;
  }

  /** Calls `changed` when other settings may be kept, where the store tells that. */
  watch(changed: () => void): void {
    const { store, address } = this.options;
    try {
      this.stopWatching = store.watch?.(address, changed);
    } catch (error) {
      this.failed('watch', errorText(error));
    }
  }

  /** Settles when what is being saved is, and the store is not watched any more. Never rejects. */
  async close(): Promise<void> {
    await this.saving;
    const stop = this.stopWatching;
    this.stopWatching = undefined;
    if (stop) await this.asked('watch', stop);
  }

  private async asked<T>(verb: keyof VwoSettingsStore, ask: () => T | Promise<T>): Promise<T | typeof FAILED> {
    const { clock, diagnostics } = this.options;
    try {
      const answer = await within(clock, TIMEOUT_MS, Promise.resolve(ask()), LATE);
      if (answer === LATE) return this.failed(verb, `no answer within ${TIMEOUT_MS} ms`);
      diagnostics.recovered(troubleOf(verb), `The settings store works again (${verb}).`);
      return answer;
    } catch (error) {
      return this.failed(verb, errorText(error));
    }
  }

  private failed(verb: keyof VwoSettingsStore, why: string): typeof FAILED {
    const { diagnostics } = this.options;
    diagnostics.count('settingsStoreFailures');
    diagnostics.warn(
      troubleOf(verb),
      `The settings store failed (${verb}): ${why}. Settings are fetched from VWO all the same.`,
    );
    return FAILED;
  }
}

/** `5 h`, for messages: at least two of the unit, but for seconds. */
export function ageText(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= 2 * size) ?? SECONDS;
  return `${Math.floor(ms / size)} ${unit}`;
}

const SECONDS = ['s', 1_000] as const;
const UNITS = [['days', 86_400_000], ['h', 3_600_000], ['min', 60_000], SECONDS] as const;

function troubleOf(verb: keyof VwoSettingsStore): string {
  return `settings-store-${verb}`;
}

function isKept(value: unknown): value is VwoKeptSettings {
  if (typeof value !== 'object' || value === null) return false;
  const { settings, age } = value as Partial<VwoKeptSettings>;
  return typeof settings === 'object' && settings !== null && typeof age === 'number' && Number.isFinite(age);
}
