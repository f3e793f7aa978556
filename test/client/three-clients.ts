import { createRequire } from 'node:module';
import { FmeClient, type FmeClientOptions, type VwoClient } from '../../lib/index.js';
import { FullStackClient, type FullStackSettings } from '../../lib/entries/full-stack.js';
import { type OfficialSdk, SdkClient } from '../../lib/entries/sdk.js';
import { accountSettings, feature, fullStackSettings, rollout, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { listening } from './client.fixture.js';

/** What a test says about a client: the account is that of the edge. */
export type ClientOptions = Omit<Partial<FmeClientOptions>, 'settings' | 'accountId' | 'sdkKey'> & {
  /** In place of what the edge serves: the option `settings`, or `settingsFile` of Full Stack. */
  readonly given?: object | string;
};

interface Place {
  readonly url: string;
}

/** One of the three clients; not started. */
export interface ClientKind {
  readonly name: string;
  /** @param edge whom it calls: a VwoEdge, or anything with a URL */
  build(edge: Place, options?: ClientOptions): VwoClient;
}

const realSdk = createRequire(import.meta.url)('vwo-fme-node-sdk') as OfficialSdk;

/** The flag `ab`, on for everybody, and the event `order`, in one account of FME and one of Full Stack. */
export const abSettings = (accountId = 123456) =>
  accountSettings({ accountId, features: [feature('ab', [rollout()], { metrics: ['order'] })] });
export const abSettingsFile = (accountId = 123456) =>
  fullStackSettings({ accountId, campaigns: [visualAb('ab', { goals: ['order'] })] });

const accounts = new WeakMap<Place, number>();

/** An edge that serves both products. */
export async function edgeOf(accountId = 123456): Promise<VwoEdge> {
  const edge = await VwoEdge.start({ settings: abSettings(accountId), settingsFile: abSettingsFile(accountId) });
  accounts.set(edge, accountId);
  return edge;
}

const common = (edge: Place, { given: _given, ...options }: ClientOptions) => ({
  accountId: accounts.get(edge) ?? 123456,
  sdkKey: 'test-sdk-key',
  baseUrl: edge.url,
  logger: listening(),
  events: { flushInterval: 5 },
  storageTimeout: 2_000,
  ...options,
});

export const FME: ClientKind = {
  name: 'FmeClient',
  build: (edge, options = {}) =>
    new FmeClient({ ...common(edge, options), ...(options.given !== undefined && { settings: options.given }) }),
};

export const OFFICIAL: ClientKind = {
  name: 'SdkClient',
  build: (edge, options = {}) =>
    new SdkClient({
      ...common(edge, options),
      sdk: realSdk,
      decide: 'all',
      ...(options.given !== undefined && { settings: options.given }),
    }),
};

export const FULL_STACK: ClientKind = {
  name: 'FullStackClient',
  build: (edge, options = {}) =>
    new FullStackClient({
      ...common(edge, options),
      ...(options.given !== undefined && { settingsFile: options.given as FullStackSettings | string }),
    }),
};

/** What is promised of one client is promised of all. VWO's SDK 1.35 serves one client at a time. */
export const KINDS: readonly ClientKind[] = [FME, OFFICIAL, FULL_STACK];
