import { channels, type Clock, isPromise, type VwoAccount } from '../../common/index.js';
import type { StoredChange, StoredRemoval } from '../../model/index.js';
import { VwoStorage } from '../../storage/index.js';

type Load = Parameters<VwoStorage['load']>;

/** A client's storage, whose reads and writes are told on their channels, with how long they took, where somebody listens. */
export class ToldStorage extends VwoStorage {
  constructor(
    private readonly storage: VwoStorage,
    private readonly account: VwoAccount,
    private readonly clock: Clock,
  ) {
    super();
  }

  override load(userId: Load[0], keys: Load[1], reach: Load[2]): ReturnType<VwoStorage['load']> {
    if (!channels.storageReads.hasSubscribers) return this.storage.load(userId, keys, reach);
    const read = { account: this.account, keys: keys.length };
    return this.timed(
      () => this.storage.load(userId, keys, reach),
      (ended) => channels.storageReads.publish({ ...read, ...ended }),
    );
  }

  override save(
    userId: string,
    changes: readonly StoredChange[],
    removals?: readonly StoredRemoval[],
  ): void | Promise<void> {
    if (!channels.storageWrites.hasSubscribers) return this.storage.save(userId, changes, removals);
    const write = { account: this.account, records: changes.length };
    return this.timed(
      () => this.storage.save(userId, changes, removals),
      (ended) => channels.storageWrites.publish({ ...write, ...ended }),
    );
  }

  override forget(userId: string, keys?: readonly string[]): Promise<void> {
    return this.storage.forget(userId, keys);
  }

  /** Gives, or throws, what the storage does. Told in the async context of the call. */
  private timed<T>(call: () => T, tell: (ended: Ended) => void): T {
    const began = this.clock.monotonic();
    const end = (failure?: { readonly error: unknown }): void =>
      tell({ duration: this.clock.monotonic() - began, ...failure });
    try {
      const answer = call();
      if (!isPromise(answer)) {
        end();
        return answer;
      }
      const settling = Promise.resolve(answer); // a query that runs whenever `then` is called shall run once
      settling.then(
        () => end(),
        (error: unknown) => end({ error }),
      );
      return settling as T;
    } catch (error) {
      end({ error });
      throw error;
    }
  }
}

interface Ended {
  readonly duration: number;
  readonly error?: unknown;
}
