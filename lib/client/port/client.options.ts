import { createHash } from 'node:crypto';
import {
  bytes,
  type Clock,
  clockOf,
  type ClockOption,
  functionOption,
  httpUrl,
  knownKeys,
  milliseconds,
  oneOf,
  refuse,
  text,
  type VwoLogger,
  wholeNumber,
  withMethods,
} from '../../common/index.js';
import { isObject } from '../../model/index.js';
import { settingsStoreOption, type VwoSettingsStore } from '../../settings/index.js';
import { isVwoStorage, MemoryStorage, type VwoStorage } from '../../storage/index.js';
import type { OnDecision } from './decision-hooks.js';
import { type ResolvedTransportOptions, transportOptions, type VwoTransportOptions } from './transport.options.js';

/** The options of every client, whichever product it serves: type, unit, default. The rules are in `resolveClientOptions`. */
export interface ClientOptions {
  /** VWO's account id. @default the `accountId` of settings that are given as an object */
  accountId?: string | number;
  /** The SDK key of one environment. @default the `sdkKey` of settings that are given as an object */
  sdkKey?: string;
  /** Names the environment in storage keys, so that two never share records. @default a digest of `sdkKey` */
  environment?: string;

  /** Where decisions are kept. @default a `MemoryStorage` of this client's own */
  storage?: VwoStorage;
  /** How long one storage read may take, in ms. Past it the visit goes on without stored decisions. @default 50 */
  storageTimeout?: number;
  /**
   * When what a request has decided is stored. `after-response`: no request waits for it. `before-response`: Nest's answer waits
   * until it is stored, `storageTimeout` at most; then requests that begin after an answer meet what it showed, whichever instance
   * they reach. @default 'after-response'
   */
  save?: 'after-response' | 'before-response';
  /** What a visit loads: everything of its user, or only the keys it declares. @default 'all' */
  preload?: 'all' | 'declared';

  /** Where VWO is: a proxy, VWO's gateway, a `VwoEdge`. No password, query or fragment. @default VWO's own host */
  baseUrl?: string;
  /** Where events go, if elsewhere. @default `baseUrl` */
  eventsUrl?: string;
  /** How VWO is called: through a proxy, with a CA of your own. @default each value of `VwoTransportOptions` */
  transport?: VwoTransportOptions;

  /** How often settings are fetched, in ms, at least 1,000. @default the settings' own `pollInterval`, else 600,000 */
  pollInterval?: number;
  /** How long `start` waits for the first settings and the storage, in ms. @default 5,000 */
  startTimeout?: number;
  /** Without settings in time: start with every flag off and keep trying, or refuse to start. @default 'continue' */
  onStartFailure?: 'continue' | 'fail';

  /**
   * Where the last good settings are kept, so that a new instance starts on them while VWO is away, and of many instances one fetches
   * while the others read: the path of a directory, or a store such as `new RedisSettingsStore({ url })`. @default none; VWO's own
   * verbs `getSettings` and `setSettings` where a storage connector has them
   */
  settingsStore?: VwoSettingsStore | string;
  /** Kept settings that are older are not used, in ms. @default 604,800,000, seven days */
  maxSettingsAge?: number;

  /** The queue of impressions and events; `false`: nothing is sent. @default each value of `EventsOptions` */
  events?: EventsOptions | false;
  /** How long `close` may take, in ms. @default 5,000 */
  closeTimeout?: number;

  /** Called once per first read of a flag. Never waited for; what it throws is counted (`hookFailures`) and logged. */
  onDecision?: OnDecision;

  /** @default `console` */
  logger?: VwoLogger;
  /** @default the machine's */
  clock?: ClockOption;
}

/** The queue of impressions, custom events and attributes. It is in memory, bounded, and drained by `close`. */
export interface EventsOptions {
  /**
   * Events in one request, 5,000 at most; so many are sent at once. @default 100, and under a backlog up to 5,000: twice as many each
   * time, as long as the collector accepts them
   */
  batchSize?: number;
  /** How long an event waits for others to go with it, in ms. @default 2,000 */
  flushInterval?: number;
  /** Events kept while VWO cannot be reached; past it the oldest are dropped. @default 10,000 */
  maxQueue?: number;
  /**
   * The memory that they may take, in bytes, at least 65,536; past it the oldest are dropped, and an event that alone is larger is
   * dropped itself. It is estimated, from the texts and fields of each event and of its user; while a batch is sent, its JSON comes
   * on top. @default 33,554,432 (32 MB): 10,000 events of 3 kB
   */
  maxQueueBytes?: number;
}

/** `EventsOptions` with every default in place. */
export interface ResolvedEventsOptions extends Readonly<Required<EventsOptions>> {
  /** Events in one request under a backlog. */
  readonly maxBatchSize: number;
}

/** `ClientOptions` with every default in place: what the rest of the library sees. */
export interface ResolvedClientOptions {
  readonly accountId: string;
  readonly sdkKey: string;
  readonly environment: string;
  readonly storage: VwoStorage;
  readonly storageTimeout: number;
  readonly save: 'after-response' | 'before-response';
  readonly preload: 'all' | 'declared';
  readonly baseUrl: string | undefined;
  readonly eventsUrl: string | undefined;
  readonly transport: ResolvedTransportOptions;
  readonly pollInterval: number | undefined;
  readonly startTimeout: number;
  readonly onStartFailure: 'continue' | 'fail';
  readonly settingsStore: VwoSettingsStore | undefined;
  readonly maxSettingsAge: number;
  readonly events: ResolvedEventsOptions | false;
  readonly closeTimeout: number;
  readonly onDecision: OnDecision | undefined;
  readonly logger: VwoLogger;
  readonly clock: Clock;
}

/** The names of these options, for whoever has to refuse unknown ones. */
export const CLIENT_OPTIONS = [
  'accountId',
  'sdkKey',
  'environment',
  'storage',
  'storageTimeout',
  'save',
  'preload',
  'baseUrl',
  'eventsUrl',
  'transport',
  'pollInterval',
  'startTimeout',
  'onStartFailure',
  'settingsStore',
  'maxSettingsAge',
  'events',
  'closeTimeout',
  'onDecision',
  'logger',
  'clock',
] as const satisfies readonly (keyof ClientOptions)[];

/** The names that a factory's options may have: storage and logger are handed to it. */
export function withoutParts<Name extends string>(
  names: readonly Name[],
): readonly Exclude<Name, 'storage' | 'logger'>[] {
  return names.filter((name): name is Exclude<Name, 'storage' | 'logger'> => name !== 'storage' && name !== 'logger');
}

/**
 * Checks what was given and fills in the defaults. Throws `VwoOptionsError`: the option, the rule, what came.
 * @param settings the product's settings where they are given: an object may name the account
 */
export function resolveClientOptions(
  given: ClientOptions,
  settings: object | string | undefined,
): ResolvedClientOptions {
  const known: { accountId?: unknown; sdkKey?: unknown } = typeof settings === 'object' ? settings : {};
  const sdkKey = text('sdkKey', given.sdkKey ?? known.sdkKey, 'VWO shows it under Settings > Environments');
  const clock = clockOf(given.clock === undefined ? undefined : withMethods('clock', given.clock, ['now', 'after']));
  return {
    accountId: accountIdOption(given.accountId ?? known.accountId),
    sdkKey,
    environment: text('environment', given.environment ?? digest(sdkKey)),
    storage: storageOption(given.storage ?? new MemoryStorage({ clock })),
    storageTimeout: milliseconds('storageTimeout', given.storageTimeout ?? 50),
    save: oneOf('save', given.save ?? 'after-response', ['after-response', 'before-response']),
    preload: oneOf('preload', given.preload ?? 'all', ['all', 'declared']),
    baseUrl: given.baseUrl === undefined ? undefined : httpUrl('baseUrl', given.baseUrl),
    eventsUrl: given.eventsUrl === undefined ? undefined : httpUrl('eventsUrl', given.eventsUrl),
    transport: transportOptions(given.transport ?? {}),
    pollInterval:
      given.pollInterval === undefined ? undefined : milliseconds('pollInterval', given.pollInterval, { min: 1000 }),
    startTimeout: milliseconds('startTimeout', given.startTimeout ?? 5_000),
    onStartFailure: oneOf('onStartFailure', given.onStartFailure ?? 'continue', ['continue', 'fail']),
    settingsStore: settingsStoreOption(given.settingsStore, settings, clock),
    maxSettingsAge: milliseconds('maxSettingsAge', given.maxSettingsAge ?? SEVEN_DAYS, {
      max: Number.MAX_SAFE_INTEGER,
    }),
    events: given.events === false ? false : eventsOptions(given.events ?? {}),
    closeTimeout: milliseconds('closeTimeout', given.closeTimeout ?? 5_000),
    onDecision: given.onDecision === undefined ? undefined : functionOption('onDecision', given.onDecision),
    logger: withMethods('logger', given.logger ?? console, ['error', 'warn', 'log']),
    clock,
  };
}

/** Settings as an object, or the path of a JSON file; undefined: VWO's own. */
export function settingsOption(option: string, value: unknown): object | string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return text(option, value);
  if (isObject(value)) return value;
  return refuse(option, 'an object or the path of a JSON file', value);
}

function accountIdOption(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return String(value);
  if (typeof value === 'string' && /^\d+$/.test(value) && Number(value) > 0) return value;
  return refuse('accountId', 'a number such as 123456', value, 'VWO shows it beside the account name');
}

/** @param rule what it must be, for the error */
export function storageOption(value: unknown, rule = 'a VwoStorage'): VwoStorage {
  if (isVwoStorage(value)) return value;
  return refuse('storage', rule, value, "wrap VWO's own storage service in connectorStorage(…)");
}

function eventsOptions(given: EventsOptions): ResolvedEventsOptions {
  knownKeys('events', given, ['batchSize', 'flushInterval', 'maxQueue', 'maxQueueBytes']);
  const batchSize = wholeNumber('events.batchSize', given.batchSize ?? 100, { max: MAX_BATCH });
  return {
    batchSize,
    maxBatchSize: given.batchSize === undefined ? MAX_BATCH : batchSize, // whoever names a size has a reason
    flushInterval: milliseconds('events.flushInterval', given.flushInterval ?? 2_000),
    maxQueue: wholeNumber('events.maxQueue', given.maxQueue ?? 10_000),
    maxQueueBytes: bytes('events.maxQueueBytes', given.maxQueueBytes ?? MAX_QUEUE_BYTES, { min: 65_536 }),
  };
}

/** VWO's own limit, in events. */
const MAX_BATCH = 5_000;

/** 32 MB: with the other default, 10,000 events of 3 kB. */
const MAX_QUEUE_BYTES = 32 * 1024 * 1024;

/** In ms. */
const SEVEN_DAYS = 7 * 86_400_000;

/** Eight hex digits of a hash: another SDK key has others, and the key cannot be found from them. */
function digest(sdkKey: string): string {
  return createHash('sha256').update(sdkKey).digest('hex').slice(0, 8);
}
