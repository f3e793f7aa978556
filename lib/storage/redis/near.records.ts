import { LRUCache } from 'lru-cache';
import type { StoredChange, StoredDecisions, StoredRemoval } from '../../model/index.js';
import { type RedisConnection, RedisTracking } from '../../redis/index.js';
import type { NearCache, VwoNearCacheStats } from '../near-cache.js';
import type { LoadReach, StorageScope } from '../vwo-storage.js';
import { NearReads } from './near-reads.js';
import { NearTrouble } from './near-trouble.js';
import { NearUser } from './near-user.js';
import type { RedisLayout, RedisRecords } from './redis.layout.js';

/**
 * Records of the users who came last, kept in this process and answered without a promise. Redis tells which users' records change,
 * whoever writes; these are read anew. Only what is stored is kept: of whom nothing is known, Redis is always asked.
 */
export class NearRecords implements RedisRecords, NearCache {
  private readonly users: LRUCache<string, NearUser>;
  private readonly reads = new NearReads();
  private readonly trouble = new NearTrouble();
  private tracking: RedisTracking | undefined;
  private isClosed = false;
  /** Counts how often it was closed. */
  private life = 0;
  private hits = 0;
  private misses = 0;
  private invalidations = 0;

  constructor(
    private readonly layout: RedisLayout,
    private readonly connection: RedisConnection,
    maxUsers: number,
  ) {
    this.users = new LRUCache({ max: maxUsers });
  }

  serve(scope: StorageScope): void {
    const { root } = this.layout;
    this.layout.serve(scope);
    if (this.layout.root !== root) this.endTracking(); // users of another scope have the same ids
  }

  /** Is told of changes from when the connection is there, or cannot be made yet. */
  open(connecting: Promise<unknown>): void {
    this.isClosed = false;
    const { life } = this;
    const begin = (): void => (life === this.life ? this.beginTracking() : undefined);
    connecting.then(begin, begin);
  }

  close(): void {
    this.isClosed = true;
    this.life += 1;
    this.endTracking();
  }

  load(userId: string, keys: readonly string[], reach?: LoadReach): StoredDecisions | Promise<StoredDecisions> {
    const asked = reach === 'keys' || !this.layout.findsAll ? keys : undefined;
    const known = this.tracking?.isProven ? this.users.get(userId)?.answer(asked) : undefined;
    if (!known) return this.read(userId, keys, reach, asked);
    this.hits += 1;
    return known;
  }

  save(userId: string, changes: readonly StoredChange[], removals: readonly StoredRemoval[]): Promise<void> {
    return this.change(userId, () => this.layout.save(userId, changes, removals));
  }

  forget(userId: string, keys: readonly string[] | undefined): Promise<void> {
    return this.change(userId, () => this.layout.forget(userId, keys));
  }

  stats(): VwoNearCacheStats {
    const { hits, misses, invalidations } = this;
    return { stands: this.tracking?.isProven === true, users: this.users.size, hits, misses, invalidations };
  }

  onTrouble(listener: (message: string) => void): () => void {
    return this.trouble.on(listener);
  }

  private async read(
    userId: string,
    keys: readonly string[],
    reach: LoadReach | undefined,
    asked: readonly string[] | undefined,
  ): Promise<StoredDecisions> {
    this.misses += 1;
    this.beginTracking();
    const reading = this.reads.begin(userId);
    try {
      const records = await this.layout.load(userId, keys, reach);
      if (records.size > 0 && reading.isCurrent && this.mayKeep(userId)) {
        const known = asked && this.users.get(userId)?.with(records, asked);
        this.users.set(userId, known ?? new NearUser(records, asked));
      }
      return records;
    } finally {
      this.reads.end(userId, reading);
    }
  }

  /** Nothing is kept from before, nor from meanwhile: a read between the two may find either. */
  private async change(userId: string, write: () => Promise<void>): Promise<void> {
    this.drop(userId);
    try {
      await write();
    } finally {
      this.drop(userId);
    }
  }

  /** An id with half a character of two is another one in Redis, and in what Redis tells. */
  private mayKeep(userId: string): boolean {
    return this.tracking?.isComplete() === true && !/\p{Surrogate}/u.test(userId);
  }

  private beginTracking(): void {
    const { root } = this.layout;
    if (this.tracking || this.isClosed || root === undefined) return;
    this.tracking = new RedisTracking(() => this.connection.current(), root, {
      changed: (keys) => this.changed(keys),
      turned: (stands) => this.turned(stands),
      failed: (why, isRefused) => this.trouble.failed(why, isRefused),
    });
  }

  private endTracking(): void {
    this.tracking?.close();
    this.tracking = undefined;
    this.dropAll();
  }

  private turned(stands: boolean): void {
    if (stands) this.trouble.over();
    this.dropAll();
  }

  private changed(keys: readonly string[] | undefined): void {
    this.invalidations += keys?.length ?? 1;
    const users = keys?.map((key) => this.layout.usersUnder(key)) ?? [undefined];
    for (const them of users) {
      if (!them) return this.dropAll();
      for (const userId of them) this.drop(userId);
    }
  }

  private drop(userId: string): void {
    this.users.delete(userId);
    this.reads.changed(userId);
  }

  private dropAll(): void {
    this.users.clear();
    this.reads.allChanged();
  }
}
