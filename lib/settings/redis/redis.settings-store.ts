import { knownKeys, text, withMethods } from '../../common/index.js';
import { connectionTo, type RedisClient, type RedisConnection, RedisSubscription } from '../../redis/index.js';
import type { VwoKeptSettings, VwoSettingsAddress, VwoSettingsStore } from '../store/index.js';
import { CLAIM_TURN, LOAD_SETTINGS, REDIS_TIME, SAVE_SETTINGS } from './settings.scripts.js';

/** How long settings are kept after they were last saved, in ms: 30 days. `maxSettingsAge` says how old they may be to be used. */
const TTL_MS = 30 * 86_400_000;

/** The time of Redis is known well enough where it answers so soon, in ms; else it is asked again, so many times in all. */
const QUICK_MS = 100;
const CLOCK_TRIES = 3;

/** What `new RedisSettingsStore(…)` takes: `client` or `url`. Anything that cannot work is a `VwoOptionsError`. */
export interface RedisSettingsStoreOptions {
  /** As for `RedisStorage`: made and closed by the application. The connection that listens is made from it by `duplicate()`, and closed here. */
  client?: RedisClient;
  /** As for `RedisStorage`: connections of the store's own. */
  url?: string;
  /** First part of every key. @default 'vwo-settings' */
  prefix?: string;
}

/**
 * The last good settings in Redis (6 or later, Cluster too), for all instances: one fetches and the others read; an instance that
 * learns of new settings tells the others at once, over publish and subscribe. What is not heard, because a connection was lost, is
 * looked for when it is there again, and at each poll. Several clients may share one; it connects with the first and closes with the last.
 *
 * @example VwoModule.forRoot({ …, settingsStore: new RedisSettingsStore({ url: 'redis://localhost:6379' }) })
 */
export class RedisSettingsStore implements VwoSettingsStore {
  private readonly connection: RedisConnection;
  private readonly prefix: string;
  private watchers = 0;

  constructor(options: RedisSettingsStoreOptions) {
    knownKeys('RedisSettingsStore options', options, ['client', 'url', 'prefix']);
    this.connection = connectionTo(options.client, options.url);
    if (options.client) withMethods('client', options.client, ['duplicate']);
    this.prefix = text('prefix', options.prefix ?? 'vwo-settings');
  }

  async load(address: VwoSettingsAddress): Promise<VwoKeptSettings | undefined> {
    const kept = (await this.connection.script(LOAD_SETTINGS, [this.keyOf(address)], [])) as [string, string] | null;
    return kept ? { settings: kept[0], age: Number(kept[1]) } : undefined;
  }

  async save(address: VwoSettingsAddress, { settings, age }: VwoKeptSettings): Promise<void> {
    const key = this.keyOf(address);
    const fetchedAt = await this.timeAgo(key, age);
    await this.connection.script(SAVE_SETTINGS, [key], [settings, fetchedAt, TTL_MS, key]);
  }

  async claim(address: VwoSettingsAddress, ms: number): Promise<boolean> {
    const turn = `${this.keyOf(address)}:turn`;
    return Number(await this.connection.script(CLAIM_TURN, [turn], [Math.max(1, Math.round(ms))])) === 1; // a client may give numbers as text
  }

  watch(address: VwoSettingsAddress, changed: () => void): () => Promise<void> {
    this.watchers += 1;
    if (this.watchers === 1) void this.connection.open().catch(() => undefined); // each command says why it fails
    const subscription = new RedisSubscription(() => this.connection.listener(), this.keyOf(address), changed);
    return async () => {
      subscription.close();
      this.watchers -= 1;
      if (this.watchers === 0) await this.connection.close();
    };
  }

  /**
   * When something was so old as it is now, by the clock of Redis. Asked for first: what a Redis that stood still takes over later must
   * not seem to be new, or it would take the place of newer settings.
   */
  private async timeAgo(key: string, ms: number): Promise<number> {
    const began = performance.now();
    for (let tries = 1; ; tries++) {
      const asked = performance.now();
      const now = Number(await this.connection.script(REDIS_TIME, [key], []));
      const took = performance.now() - asked; // nobody knows when within that Redis has looked
      if (took < QUICK_MS) return Math.round(now - ms - (asked - began));
      if (tries === CLOCK_TRIES) return Math.round(now - ms - (performance.now() - began));
    }
  }

  /** One key: in a Cluster its parts need not be found together. */
  private keyOf({ accountId, environment, product }: VwoSettingsAddress): string {
    return `${this.prefix}:${product}:${accountId}:${environment}`;
  }
}
