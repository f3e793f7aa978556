import type { Query, Transport, VwoHosts } from '../transport/index.js';
import type { SettingsSource } from './settings-source.js';
import type { VwoSettingsAddress } from './store/index.js';

/** How long VWO may take to answer, in ms. */
const TIMEOUT_MS = 10_000;

/** An account, and the way to VWO. */
export interface VwoSettingsSourceOptions {
  transport: Transport;
  hosts: VwoHosts;
  accountId: string;
  sdkKey: string;
}

/** What each product asks for. */
export interface VwoSettingsRequest {
  /** For messages. */
  readonly product: string;
  readonly keptAs: VwoSettingsAddress['product'];
  readonly path: string;
  readonly query: Query;
}

/** Settings fetched from VWO: which path, and what the SDK says about itself, is each product's. */
export class VwoSettingsSource implements SettingsSource {
  readonly name: string;
  readonly changes = true;
  readonly isRetried = true;
  readonly keptAs: VwoSettingsAddress['product'];

  constructor(
    private readonly options: VwoSettingsSourceOptions,
    private readonly request: VwoSettingsRequest,
  ) {
    this.name = `${request.product} (account ${options.accountId})`;
    this.keptAs = request.keptAs;
  }

  fetch(): Promise<Buffer> {
    const { transport, hosts, accountId, sdkKey } = this.options;
    const { path, query } = this.request;
    // `r` goes past every cache on the way.
    const url = hosts.settingsUrl(path, { i: sdkKey, r: Math.random(), a: accountId, platform: 'server', ...query });
    return transport.getBytes(url, { timeout: TIMEOUT_MS });
  }
}
