import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { StoredChange, StoredDecision, StoredDecisions, StoredRemoval } from '../../lib/model/index.js';
import { type StorageScope, VwoStorage } from '../../lib/storage/index.js';

/** Maps in maps, honest in everything that its children do not break. */
export class Honest extends VwoStorage {
  protected readonly users = new Map<string, Map<string, StoredDecision>>();
  protected scope: StorageScope | undefined;

  override open(scope: StorageScope): void | Promise<void> {
    this.scope = scope;
  }

  override async load(userId: string, keys: readonly string[], reach?: string): Promise<StoredDecisions> {
    await setImmediate();
    const all = [...this.recordsOf(userId)];
    return new Map(structuredClone(reach === 'keys' ? all.filter(([key]) => keys.includes(key)) : all));
  }

  override async save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = [],
  ): Promise<void> {
    await setImmediate();
    const records = this.recordsOf(userId);
    for (const { key, record, replaces } of changes) {
      if (this.isSame(records.get(key), replaces)) records.set(key, structuredClone(record));
    }
    for (const { key, record } of removals) if (this.isSame(records.get(key), record)) records.delete(key);
  }

  override forget(userId: string): Promise<void> {
    this.recordsOf(userId).clear();
    return Promise.resolve();
  }

  protected recordsOf(userId: string): Map<string, StoredDecision> {
    const place = this.placeOf(userId);
    const records = this.users.get(place) ?? new Map<string, StoredDecision>();
    this.users.set(place, records);
    return records;
  }

  protected placeOf(userId: string): string {
    return JSON.stringify([this.scope?.accountId, this.scope?.environment, userId]);
  }

  protected isSame(stored: StoredDecision | undefined, expected: StoredDecision | undefined): boolean {
    return isDeepStrictEqual(plain(stored), plain(expected));
  }
}

/** Reads and writes in two steps, with others in between. */
export class ReadsThenWrites extends Honest {
  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    const stored = await this.load(userId, []);
    const fresh = changes.filter(({ key, replaces }) => this.isSame(stored.get(key), replaces));
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    for (const { key, record } of fresh) this.recordsOf(userId).set(key, structuredClone(record));
  }
}

/** SQL's `INSERT OR REPLACE`. */
export class InsertsOrReplaces extends Honest {
  protected override isSame(): boolean {
    return true;
  }
}

export class RewritesAll extends Honest {
  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    const records = new Map(await this.load(userId, []));
    await setImmediate();
    for (const { key, record, replaces } of changes) {
      if (this.isSame(records.get(key), replaces)) records.set(key, structuredClone(record));
    }
    this.users.set(this.placeOf(userId), records);
  }
}

export class SharesItsRecords extends Honest {
  override load(userId: string): Promise<StoredDecisions> {
    return Promise.resolve(this.recordsOf(userId));
  }
}

export class MixesUpKeys extends Honest {
  override save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    return super.save(
      userId,
      changes.map((change) => ({ ...change, key: change.key.replaceAll(':', '%3A') })),
    );
  }
}

export class ForgetsNobody extends Honest {
  override forget(): Promise<void> {
    return Promise.resolve();
  }
}

export class IgnoresReach extends Honest {
  override load(userId: string, keys: readonly string[]): Promise<StoredDecisions> {
    return super.load(userId, keys);
  }
}

export class IgnoresScope extends Honest {
  protected override placeOf(userId: string): string {
    return userId;
  }
}

export class StaysClosed extends Honest {
  private closed = false;

  override load(...question: Parameters<Honest['load']>): Promise<StoredDecisions> {
    return this.closed ? Promise.reject(new Error('closed')) : super.load(...question);
  }

  override close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

export class RemovesWhatWasReplaced extends Honest {
  override async save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = [],
  ): Promise<void> {
    await super.save(userId, changes);
    for (const { key } of removals) this.recordsOf(userId).delete(key);
  }
}

export class IgnoresRemovals extends Honest {
  override save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    return super.save(userId, changes);
  }
}

function plain(record: StoredDecision | undefined): unknown {
  return record && JSON.parse(JSON.stringify(record));
}
