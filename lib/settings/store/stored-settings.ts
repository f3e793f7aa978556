import { type Clock, type Diagnostics, errorText, within } from '../../common/index.js';
import type { VwoKeptSettings, VwoSettingsAddress, VwoSettingsStore } from './settings-store.js';

/** How long a store is waited for, in ms: a quarter of `startTimeout`, within these. A start shall have time left to ask VWO. */
const LONGEST_WAIT_MS = 1_000;
const SHORTEST_WAIT_MS = 100;

/** How far ahead of the store's clock a time may lie that is kept there, in ms: clocks of two machines differ a little. */
const AHEAD_MS = 60_000;

/** The age of what comes from the future, in ms: 365 days, or as old as settings may be. */
const UNKNOWN_AGE_MS = 31_536_000_000;

type StopWatching = Awaited<ReturnType<NonNullable<VwoSettingsStore['watch']>>>;

const TROUBLE = 'settings-store';

const LATE = Symbol('late');
const FAILED = Symbol('failed');

export interface StoredSettingsOptions {
  readonly store: VwoSettingsStore;
  readonly address: VwoSettingsAddress;
  /** Settings that are older are not used, in ms. */
  readonly maxAge: number;
  /** Of the client, in ms. */
  readonly startTimeout: number;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
}

/** The settings store of one client: asked in bounded time, and no failure of it goes further than the log. */
export class StoredSettings {
  private saving: Promise<unknown> = Promise.resolve();
  /** What has failed, and not worked since. */
  private readonly failing = new Set<keyof VwoSettingsStore>();
  private watching: Promise<StopWatching | undefined> | undefined;
  /** In ms. */
  private readonly timeout: number;

  constructor(private readonly options: StoredSettingsOptions) {
    this.timeout = Math.max(SHORTEST_WAIT_MS, Math.min(LONGEST_WAIT_MS, options.startTimeout / 4));
  }

  /** What is kept and not too old. Never rejects. */
  async load(): Promise<VwoKeptSettings | undefined> {
    const { store, address, maxAge, diagnostics } = this.options;
    const kept = await this.asked('load', async () => checked(await store.load(address)));
    if (kept === FAILED || kept === undefined) return undefined;
    const age = ageOf(kept, maxAge);
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
    const begun = (async () => store.watch?.(address, changed))();
    this.watching = begun;
    begun.catch((error: unknown) => {
      this.watching = undefined;
      this.failed('watch', errorText(error));
    });
  }

  /** Settles when what is being saved is, and the store is not watched any more. Never rejects. */
  async close(): Promise<void> {
    await this.saving;
    const { watching } = this;
    this.watching = undefined;
    if (watching) await this.asked('watch', async () => (await watching)?.()); // where it has not begun yet, as soon as it has
  }

  private async asked<T>(verb: keyof VwoSettingsStore, ask: () => T | Promise<T>): Promise<T | typeof FAILED> {
    const { clock, diagnostics } = this.options;
    try {
      const answer = await within(clock, this.timeout, Promise.resolve(ask()), LATE);
      if (answer === LATE) return this.failed(verb, `no answer within ${this.timeout} ms`);
      this.failing.delete(verb);
      if (this.failing.size === 0) diagnostics.recovered(TROUBLE, 'The settings store works again.');
      return answer;
    } catch (error) {
      return this.failed(verb, errorText(error));
    }
  }

  private failed(verb: keyof VwoSettingsStore, why: string): typeof FAILED {
    const { diagnostics } = this.options;
    this.failing.add(verb);
    diagnostics.count('settingsStoreFailures');
    diagnostics.warn(
      TROUBLE,
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

/** Throws where it is no answer. */
function checked(answer: unknown): VwoKeptSettings | undefined {
  if (answer === undefined || answer === null) return undefined;
  const { settings, age } = answer as Partial<VwoKeptSettings>;
  if (typeof settings === 'string' && typeof age === 'number' && Number.isFinite(age)) {
    return { settings, age };
  }
  throw new Error('its answer is no kept settings');
}

/** Where they come from the future, because a clock was set back since, nobody knows: they count as very old, and may be used. */
function ageOf({ age }: VwoKeptSettings, maxAge: number): number {
  return age < -AHEAD_MS ? Math.min(maxAge, UNKNOWN_AGE_MS) : Math.max(0, age);
}
