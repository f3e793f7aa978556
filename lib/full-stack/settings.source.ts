import type { SettingsSource } from '../settings/index.js';
import type { Transport, VwoHosts } from '../transport/index.js';
import { SDK_NAME, SDK_VERSION } from './sdk-identity.js';

/** How long VWO may take to answer, in ms. */
const TIMEOUT = 10_000;

export interface FullStackSourceOptions {
  transport: Transport;
  hosts: VwoHosts;
  accountId: string;
  sdkKey: string;
}

/** Settings files of VWO Full Stack, asked for as the SDK asks, but with a deadline and an answer in every case. */
export class FullStackSettingsSource implements SettingsSource {
  readonly name: string;
  readonly changes = true;
  readonly isRetried = true;

  constructor(private readonly options: FullStackSourceOptions) {
    this.name = `VWO Full Stack (account ${options.accountId})`;
  }

  fetch(): Promise<unknown> {
    const { transport, hosts, accountId, sdkKey } = this.options;
    const url = hosts.settingsUrl('/server-side/settings', {
      a: accountId,
      i: sdkKey,
      r: Math.random(), // past every cache on the way
      platform: 'server',
      sdk: SDK_NAME,
      'sdk-v': SDK_VERSION,
    });
    return transport.get(url, { timeout: TIMEOUT });
  }
}
