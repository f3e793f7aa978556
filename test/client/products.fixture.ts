import type { VwoClient } from '../../lib/index.js';
import {
  abTest,
  accountSettings,
  feature,
  fullStackSettings,
  rollout,
  visualAb,
  VwoEdge,
} from '../../lib/entries/edge.js';
import * as kinds from './three-clients.js';

/** The flag `ab`, which everybody has and which stores a record, and the event `order`, as FME has them. */
export const orderSettings = () =>
  accountSettings({
    features: [feature('ab', [rollout(), abTest({ variations: [{}, {}] })], { metrics: ['order'] })],
  });

/** The same as Full Stack has it: a campaign and a goal. */
export const orderSettingsFile = () => fullStackSettings({ campaigns: [visualAb('ab', { goals: ['order'] })] });

type Options = Omit<kinds.ClientOptions, 'given'> & {
  /** The settings of this file as an object, instead of those of `baseUrl`. */
  readonly given?: boolean;
};

/** One of the three clients, and how its events are called at VWO. */
export interface Product {
  readonly name: string;
  readonly impression: string;
  readonly conversion: string;
  make(options: Options): VwoClient;
}

const makerOf =
  (kind: kinds.ClientKind, settings: () => object): Product['make'] =>
  ({ given, ...options }) =>
    kind.build({ url: 'http://127.0.0.1:1' }, { ...options, ...(given && { given: settings() }) });

const ofFme = { impression: 'vwo_variationShown', conversion: 'order' };

export const FME: Product = { name: kinds.FME.name, ...ofFme, make: makerOf(kinds.FME, orderSettings) };
export const OFFICIAL: Product = { name: kinds.OFFICIAL.name, ...ofFme, make: makerOf(kinds.OFFICIAL, orderSettings) };
export const FULL_STACK: Product = {
  name: kinds.FULL_STACK.name,
  impression: 'track-user',
  conversion: 'track-goal',
  make: makerOf(kinds.FULL_STACK, orderSettingsFile),
};

/** Every kind of client: `describe.each(PRODUCTS)('$name', …)`. */
export const PRODUCTS: readonly Product[] = [FME, OFFICIAL, FULL_STACK];

const started: VwoClient[] = [];

/** A client of this kind, started, with the settings of the edge; `closeStarted` closes it. */
export async function startedOn(edge: VwoEdge, product: Product, options: Options = {}): Promise<VwoClient> {
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

/**
 * For a process of its own (`BuiltLib`): an expression that makes a client of this kind. It loads nothing of the others, and takes
 * `options`, `storage`, `logger`, and `settings` or `settingsFile` from what is around it.
 */
export function clientExpression({ name }: Product): string {
  const common = '...options, storage, logger';
  if (name === FME.name) return `new (await import('lib/fme/index.js')).FmeClient({ ${common}, settings })`;
  if (name === FULL_STACK.name) {
    return `new (await import('lib/full-stack/index.js')).FullStackClient({ ${common}, settingsFile })`;
  }
  return `new (await import('lib/official-sdk/index.js')).SdkClient({ ${common}, settings, decide: 'all' })`;
}

/** An edge that knows the account in both forms. */
export const orderEdge = (): Promise<VwoEdge> =>
  VwoEdge.start({ settings: orderSettings(), settingsFile: orderSettingsFile() });
