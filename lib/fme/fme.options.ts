import { isObject } from '../model/index.js';
import { createHash } from 'node:crypto';
import { type Clock, clockOf, type ClockOption } from '../common/index.js';
import type { VwoLogger } from '../common/index.js';
import type { VwoSettings } from './engine/index.js';
import { httpUrl, knownKeys, milliseconds, oneOf, refuse, text, wholeNumber } from '../common/index.js';
import { isVwoStorage, MemoryStorage, type VwoStorage } from '../storage/index.js';

/** Every option of `FmeClient`: type, unit, default. The rules are in `resolveFmeOptions`. */
export interface FmeClientOptions {
  /** VWO's account id. @default the `accountId` of `settings`, where they are given as an object */
  accountId?: string | number;
  /** The SDK key of one environment. @default the `sdkKey` of `settings`, where they are given as an object */
  sdkKey?: string;
  /** Names the environment in storage keys, so that two never meet. @default a digest of `sdkKey` */
  environment?: string;
  /** Settings of your own instead of VWO's: an object of their shape, or the path of a JSON file (read again at each poll). */
  settings?: object | string;

  /** Where decisions are kept. @default a `MemoryStorage` of this client's own */
  storage?: VwoStorage;
  /** How long one storage read may take, in ms. Past it the visit goes on without stored decisions. @default 50 */
  storageTimeout?: number;
  /** What a visit loads: everything of its user, or only the keys it declares. @default 'all' */
  preload?: 'all' | 'declared';

  /** Where VWO is: a proxy, VWO's gateway, a `VwoEdge`. @default VWO's own host */
  baseUrl?: string;
  /** Where events go, if elsewhere. @default `baseUrl` */
  eventsUrl?: string;
  /** VWO's gateway service: location, user agent and list membership for segments. @default none: such rules do not match */
  gateway?: GatewayOptions;

  /** How often settings are fetched, in ms. @default the settings' own `pollInterval`, else 600,000 */
  pollInterval?: number;
  /** How long `start` waits for the first settings, in ms. @default 5,000 */
  startTimeout?: number;
  /** Without settings in time: start with every flag off and keep trying, or refuse to start. @default 'continue' */
  onStartFailure?: 'continue' | 'fail';

  /** The queue of impressions and events. */
  events?: EventsOptions;
  /** How long `close` may drain, in ms. @default 5,000 */
  closeTimeout?: number;

  /** @default `console` */
  logger?: VwoLogger;
  /** @default the machine's */
  clock?: ClockOption;
}

export interface GatewayOptions {
  url: string;
  /** How long a visit waits for the gateway, in ms. @default 100 */
  timeout?: number;
  /** How long an answer is kept, in ms. @default 300,000 */
  cacheFor?: number;
}

export interface EventsOptions {
  /** Events in one request, 5,000 at most. @default 100 */
  batchSize?: number;
  /** How long an event waits for company, in ms. @default 2,000 */
  flushInterval?: number;
  /** Events kept while VWO cannot be reached; past it the oldest go. @default 10,000 */
  maxQueue?: number;
}

/** `FmeClientOptions` with every default in place: what the rest of the library sees. */
export type ResolvedFmeOptions = Readonly<
  Required<
    Omit<
      FmeClientOptions,
      'accountId' | 'settings' | 'baseUrl' | 'eventsUrl' | 'gateway' | 'pollInterval' | 'events' | 'clock'
    >
  > & {
    accountId: string;
    settings: VwoSettings | string | undefined;
    baseUrl: string | undefined;
    eventsUrl: string | undefined;
    gateway: Required<GatewayOptions> | undefined;
    pollInterval: number | undefined;
    events: Required<EventsOptions>;
    clock: Clock;
  }
>;

/** The names of all options, for whoever has to refuse unknown ones. */
export const FME_OPTIONS = [
  'accountId',
  'sdkKey',
  'environment',
  'settings',
  'storage',
  'storageTimeout',
  'preload',
  'baseUrl',
  'eventsUrl',
  'gateway',
  'pollInterval',
  'startTimeout',
  'onStartFailure',
  'events',
  'closeTimeout',
  'logger',
  'clock',
] as const satisfies readonly (keyof FmeClientOptions)[];

/** Checks what was given and fills in the defaults. Throws `VwoOptionsError`: the option, the rule, what came. */
export function resolveFmeOptions(given: FmeClientOptions): ResolvedFmeOptions {
  knownKeys('options', given, FME_OPTIONS);
  const settings = settingsOption(given.settings);
  const known: { readonly accountId?: unknown; readonly sdkKey?: unknown } =
    typeof settings === 'object' ? settings : {};
  const sdkKey = text('sdkKey', given.sdkKey ?? known.sdkKey, 'VWO shows it under Settings > Environments');
  const clock = clockOf(given.clock);
  return {
    accountId: accountId(given.accountId ?? known.accountId),
    sdkKey,
    environment: text('environment', given.environment ?? digest(sdkKey)),
    settings,
    storage: storageOption(given.storage ?? new MemoryStorage({ clock })),
    storageTimeout: milliseconds('storageTimeout', given.storageTimeout ?? 50),
    preload: oneOf('preload', given.preload ?? 'all', ['all', 'declared']),
    baseUrl: given.baseUrl === undefined ? undefined : httpUrl('baseUrl', given.baseUrl),
    eventsUrl: given.eventsUrl === undefined ? undefined : httpUrl('eventsUrl', given.eventsUrl),
    gateway: given.gateway === undefined ? undefined : gatewayOptions(given.gateway),
    pollInterval:
      given.pollInterval === undefined ? undefined : milliseconds('pollInterval', given.pollInterval, { min: 1000 }),
    startTimeout: milliseconds('startTimeout', given.startTimeout ?? 5_000),
    onStartFailure: oneOf('onStartFailure', given.onStartFailure ?? 'continue', ['continue', 'fail']),
    events: eventsOptions(given.events ?? {}),
    closeTimeout: milliseconds('closeTimeout', given.closeTimeout ?? 5_000),
    logger: loggerOption(given.logger ?? console),
    clock,
  };
}

function accountId(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value);
  if (typeof value === 'string' && /^\d+$/.test(value)) return value;
  return refuse('accountId', 'a number such as 123456', value, 'VWO shows it beside the account name');
}

function settingsOption(value: unknown): VwoSettings | string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return text('settings', value);
  if (isObject(value)) return value as VwoSettings;
  return refuse('settings', 'an object or the path of a JSON file', value);
}

function storageOption(value: unknown): VwoStorage {
  if (isVwoStorage(value)) return value;
  return refuse('storage', 'a VwoStorage', value, "wrap VWO's own storage service in connectorStorage(…)");
}

function gatewayOptions(given: GatewayOptions): Required<GatewayOptions> {
  knownKeys('gateway', given, ['url', 'timeout', 'cacheFor']);
  return {
    url: httpUrl('gateway.url', given.url),
    timeout: milliseconds('gateway.timeout', given.timeout ?? 100),
    cacheFor: milliseconds('gateway.cacheFor', given.cacheFor ?? 300_000, { min: 0 }),
  };
}

function eventsOptions(given: EventsOptions): Required<EventsOptions> {
  knownKeys('events', given, ['batchSize', 'flushInterval', 'maxQueue']);
  return {
    batchSize: wholeNumber('events.batchSize', given.batchSize ?? 100, { max: 5_000 }),
    flushInterval: milliseconds('events.flushInterval', given.flushInterval ?? 2_000),
    maxQueue: wholeNumber('events.maxQueue', given.maxQueue ?? 10_000),
  };
}

function loggerOption(value: VwoLogger): VwoLogger {
  for (const method of ['error', 'warn', 'log'] as const) {
    if (typeof value[method] !== 'function') refuse('logger', `an object with a method \`${method}\``, value);
  }
  return value;
}

/** Eight hex digits that tell SDK keys apart without telling them. */
function digest(sdkKey: string): string {
  return createHash('sha256').update(sdkKey).digest('hex').slice(0, 8);
}
