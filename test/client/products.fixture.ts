import { FmeClient, type FmeClientOptions, MemoryStorage, type VwoClient } from '../../lib/index.js';
import { fullStack } from '../../lib/full-stack/index.js';
import { officialSdk } from '../../lib/sdk/index.js';
import {
  abTest,
  accountSettings,
  feature,
  fullStackSettings,
  rollout,
  visualAb,
  VwoEdge,
} from '../../lib/testing/index.js';
import { listening } from './client.fixture.js';

/** The flag `ab`, which everybody has and which stores a record, and the event `order`, as FME has them. */
export const orderSettings = () =>
  accountSettings({
    features: [feature('ab', [rollout(), abTest({ variations: [{}, {}] })], { metrics: ['order'] })],
  });

/** The same as Full Stack has it: a campaign and a goal. */
export const orderSettingsFile = () => fullStackSettings({ campaigns: [visualAb('ab', { goals: ['order'] })] });

/** What every client understands; where settings are given, each gets its own form of them. */
export type SharedOptions = Partial<Omit<FmeClientOptions, 'settings' | 'gateway'>> & {
  /** The settings of this file as an object, instead of those of `baseUrl`. */
  readonly given?: boolean;
};

/** One kind of client, and how its events are called at VWO. */
export interface Product {
  readonly name: string;
  readonly impression: string;
  readonly conversion: string;
  make(options: SharedOptions): VwoClient;
}

const account = { accountId: 123456, sdkKey: 'test-sdk-key', events: { flushInterval: 5 } };
const nest = ({ storage = new MemoryStorage(), logger = listening() }: SharedOptions) => ({
  storage,
  logger,
  options: {},
});

export const FME: Product = {
  name: 'FmeClient',
  impression: 'vwo_variationShown',
  conversion: 'order',
  make: ({ given, ...options }) =>
    new FmeClient({ ...account, logger: listening(), ...(given && { settings: orderSettings() }), ...options }),
};

export const OFFICIAL: Product = {
  name: 'officialSdk',
  impression: 'vwo_variationShown',
  conversion: 'order',
  make: ({ given, storage, logger, ...options }) =>
    officialSdk({ ...account, decide: 'all', ...(given && { settings: orderSettings() }), ...options })(
      nest({ storage, logger }),
    ),
};

export const FULL_STACK: Product = {
  name: 'fullStack',
  impression: 'track-user',
  conversion: 'track-goal',
  make: ({ given, storage, logger, ...options }) =>
    fullStack({ ...account, ...(given && { settingsFile: orderSettingsFile() }), ...options })(
      nest({ storage, logger }),
    ),
};

/** Every kind of client: `describe.each(PRODUCTS)('$name', …)`. */
export const PRODUCTS: readonly Product[] = [FME, OFFICIAL, FULL_STACK];

const started: VwoClient[] = [];

/** A client of this kind, started, with the settings of the edge; `closeStarted` closes it. */
export async function startedOn(edge: VwoEdge, product: Product, options: SharedOptions = {}): Promise<VwoClient> {
  return startedClient(product.make({ baseUrl: edge.url, ...options }));
}

/** The same without an edge: where its events go, the options say. */
export async function startedClient(client: VwoClient): Promise<VwoClient> {
  started.push(client);
  await client.start();
  return client;
}

/** `afterEach(closeStarted)`: the SDK of today serves one client at a time. */
export async function closeStarted(): Promise<void> {
  for (const client of started.splice(0)) await client.close();
}

/** An edge that knows the account in both forms. */
export const orderEdge = (): Promise<VwoEdge> =>
  VwoEdge.start({ settings: orderSettings(), settingsFile: orderSettingsFile() });
