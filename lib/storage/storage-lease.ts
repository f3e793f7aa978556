import { isSameScope, refuseScope } from './storage-scope.js';
import type { StorageScope, VwoStorage } from './vwo-storage.js';

const DONE = Promise.resolve();

/**
 * One client's use of a storage. Clients may share one: the first to open it opens it, the last to close it closes it,
 * and after that it can be opened again, for another scope too.
 */
export class StorageLease {
  private use: StorageUse | undefined;

  constructor(private readonly storage: VwoStorage) {}

  /**
   * Settles when the storage can be used; rejects when it says that it cannot yet. It is in use in both cases, until
   * `close`. Throws `VwoOptionsError` where another client uses it for another account or environment.
   */
  open(scope: StorageScope): Promise<void> {
    const use = useOf(this.storage);
    const opened = this.use ? use.opened(scope) : use.open(scope);
    this.use = use;
    return opened;
  }

  /** Rejects when the storage does. Does nothing where this client has not opened it, or has closed it already. */
  close(): Promise<void> {
    const { use } = this;
    this.use = undefined;
    return use ? use.close() : DONE;
  }
}

/** How many clients use one storage, and for which scope. */
class StorageUse {
  private clients = 0;
  /** Undefined while no client uses it. */
  private scope: StorageScope | undefined;
  private opening: Promise<void> | undefined;
  /** Settles when the storage is not being closed; it is opened after that. Never rejects. */
  private closing = DONE;

  constructor(private readonly storage: VwoStorage) {}

  open(scope: StorageScope): Promise<void> {
    if (this.scope && !isSameScope(this.scope, scope)) {
      refuseScope(this.storage.constructor.name, this.scope, scope);
    }
    this.clients += 1;
    this.scope = scope;
    return this.opened(scope);
  }

  opened(scope: StorageScope): Promise<void> {
    return (this.opening ??= this.begin(scope));
  }

  close(): Promise<void> {
    this.clients -= 1;
    if (this.clients > 0) return DONE;
    this.scope = this.opening = undefined;
    const closing = this.closing.then(() => this.storage.close());
    this.closing = closing.catch(() => undefined); // the client that closes is told
    return closing;
  }

  private begin(scope: StorageScope): Promise<void> {
    const opening = this.closing.then(() => this.storage.open(scope));
    opening.catch(() => {
      if (this.opening === opening) this.opening = undefined; // the next client to open it tries again
    });
    return opening;
  }
}

/** Of all copies of this package in the process, whatever their version: two of them may meet in one storage. 1: the shape of StorageUse. */
const USES = Symbol.for('nestjs-vwo/storage-uses/1');

function useOf(storage: VwoStorage): StorageUse {
  const everywhere = globalThis as { [USES]?: WeakMap<VwoStorage, StorageUse> };
  const uses = (everywhere[USES] ??= new WeakMap<VwoStorage, StorageUse>());
  const use = uses.get(storage) ?? new StorageUse(storage);
  uses.set(storage, use);
  return use;
}
