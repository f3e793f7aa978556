import type { Query, Transport, VwoHosts } from '../transport/index.js';
import type { SettingsSource } from './settings-source.js';

/** How long VWO may take to answer, in ms. */
const TIMEOUT_MS = 10_000;

/** An account, and the way to VWO. */
export interface VwoSettingsSourceOptions {
  transport: Transport;
  hosts: VwoHosts;
  accountId: string;
  sdkKey: string;
}

/** Settings fetched from VWO: which path, and what the SDK says about itself, is each product's. */
export class VwoSettingsSource implements SettingsSource {
  readonly name: string;
  readonly changes = true;
  readonly isRetried = true;

  constructor(
    private readonly options: VwoSettingsSourceOptions,
    private readonly request: { readonly product: string; readonly path: string; readonly query: Query },
  ) {
    this.name = `${request.product} (account ${options.accountId})`;
  }

  fetch(): Promise<unknown> {
    const { transport, hosts, accountId, sdkKey } = this.options;
    const { path, query } = this.request;
    // `r` goes past every cache on the way.
    const url = hosts.settingsUrl(path, { i: sdkKey, r: Math.random(), a: accountId, platform: 'server', ...query });
    return transport.get(url, { timeout: TIMEOUT_MS });
  }
}
