import type { Clock } from '../../common/index.js';
import type { SettingsConnector } from '../../model/index.js';
import type { VwoKeptSettings, VwoSettingsAddress, VwoSettingsStore } from './settings-store.js';

/**
 * The verbs for settings of a storage connector that was written for VWO's SDK. They know one account and have no turns: every
 * instance fetches. What is kept under another account or SDK key is none, as in the SDK.
 */
export class ConnectorSettingsStore implements VwoSettingsStore {
  constructor(
    private readonly connector: SettingsConnector,
    private readonly sdkKey: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async load({ accountId }: VwoSettingsAddress): Promise<VwoKeptSettings | undefined> {
    const kept = (await this.connector.getSettings(Number(accountId), this.sdkKey)) as Partial<Kept> | null | undefined;
    const settings = kept?.settings;
    if (settings === undefined || settings === null) return undefined;
    const isOurs = settings.sdkKey === this.sdkKey && String(settings.accountId ?? settings.a) === accountId;
    return isOurs ? { settings: JSON.stringify(settings), age: this.clock.now() - Number(kept?.timestamp) } : undefined;
  }

  async save(_address: VwoSettingsAddress, { settings, age }: VwoKeptSettings): Promise<void> {
    await this.connector.setSettings({ settings: JSON.parse(settings) as unknown, timestamp: this.clock.now() - age });
  }

  claim(): boolean {
    return true;
  }
}

/** As the SDK gives settings to a connector, and expects them back. */
interface Kept {
  readonly settings: { readonly sdkKey?: unknown; readonly accountId?: unknown; readonly a?: unknown } | null;
  /** In ms since the epoch. */
  readonly timestamp: unknown;
}
