import { NOTHING_STORED, type StoredDecisions, type UserId } from '../../model/index.js';
import type { PreparedSettings, SettingsKeeper } from '../../settings/index.js';
import type { VwoStorage } from '../../storage/index.js';
import type { Product } from '../port/product.js';
import { userIdOf } from '../user/visit-user.js';
import type { WriteBehind } from './write-behind.js';

const NO_KEYS: readonly string[] = [];

/** What is stored of users, outside visits: to show it and to delete it, with what is kept for the storage. Both reject when the storage does. */
export class StoredUsers<Settings extends PreparedSettings, Event> {
  constructor(
    private readonly storage: VwoStorage,
    private readonly writes: WriteBehind,
    private readonly product: Product<Settings, Event>,
    private readonly keeper: SettingsKeeper<Settings>,
  ) {}

  async load(userId: UserId): Promise<StoredDecisions> {
    const id = userIdOf(userId);
    return new Map(id ? await this.storage.load(id, this.recordKeys()) : NOTHING_STORED); // the application's own
  }

  async forget(userId: UserId): Promise<void> {
    const id = userIdOf(userId);
    if (!id) return;
    await this.writes.forget(id);
    await this.storage.forget(id, this.recordKeys());
  }

  /** Stores that cannot look by user ask for each key. */
  private recordKeys(): readonly string[] {
    const settings = this.keeper.current;
    return settings ? this.product.recordKeys(settings) : NO_KEYS;
  }
}
