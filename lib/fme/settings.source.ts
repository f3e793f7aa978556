import type { SettingsSource } from '../settings/index.js';
import { SDK_NAME, SDK_VERSION, type Transport, type VwoHosts } from '../transport/index.js';

/** How long VWO may take to answer, in ms. */
const TIMEOUT_MS = 10_000;

export interface FmeSettingsSourceOptions {
  transport: Transport;
  hosts: VwoHosts;
  accountId: string;
  sdkKey: string;
}

/** Settings of VWO FME, fetched from VWO. */
export class FmeSettingsSource implements SettingsSource {
  readonly name: string;
  readonly changes = true;
  readonly isRetried = true;

  constructor(private readonly options: FmeSettingsSourceOptions) {
    this.name = `VWO (account ${options.accountId})`;
  }

  fetch(): Promise<unknown> {
    const { transport, hosts, accountId, sdkKey } = this.options;
    const url = hosts.settingsUrl('/server-side/v2-settings', {
      i: sdkKey,
      r: Math.random(), // past every cache on the way
      a: accountId,
      platform: 'server',
      sn: SDK_NAME,
      sv: SDK_VERSION,
      'api-version': 1,
      s: 'prod',
    });
    return transport.get(url, { timeout: TIMEOUT_MS });
  }
}
