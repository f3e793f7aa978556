import type { VwoClient } from '../client/index.js';
import type { StoredDecisions } from '../model/index.js';
import { VwoStorage } from '../storage/index.js';
import { VwoStorageError } from '../common/index.js';

/** What `VwoStorage` injects where `client` is an instance, which has a storage of its own that only it can write. */
export class VwoClientStorage extends VwoStorage {
  constructor(private readonly client: VwoClient) {
    super();
  }

  override load(userId: string): Promise<StoredDecisions> {
    return this.client.storedDecisions(userId);
  }

  override save(): Promise<void> {
    return Promise.reject(
      new VwoStorageError(
        'The option `client` is an instance with a storage of its own: write to that storage itself.',
      ),
    );
  }

  override forget(userId: string): Promise<void> {
    return this.client.forget(userId);
  }
}
