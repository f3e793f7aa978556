import { isObject } from '../model/index.js';
import { type FmeClientOptions, type ResolvedFmeOptions, resolveFmeOptions } from '../fme/index.js';
import { knownKeys, oneOf, refuse, text, yesOrNo } from '../common/index.js';
import { VwoOptionsError } from '../common/index.js';
import type { FullStackSettings } from './full-stack.settings.js';
import type { GoalType } from './sdk.instance.js';

/** Every option of `FullStackClient`: those of `FmeClient` that mean the same here, and Full Stack's own. */
export interface FullStackClientOptions extends Omit<FmeClientOptions, 'settings' | 'gateway'> {
  /** A settings file of your own instead of VWO's: the object, or the path of a JSON file (read again at each poll). */
  settingsFile?: FullStackSettings | string;
  /** Whether users who are in a campaign already count again at each visit, and goals too. @default false */
  shouldTrackReturningUser?: boolean;
  /** Which goals `track` tracks. @default 'ALL' */
  goalTypeToTrack?: GoalType;
}

/** What `fullStack(…)` takes: Nest hands the storage and the logger to the client. */
export type FullStackOptions = Omit<FullStackClientOptions, 'storage' | 'logger'>;

/** `FullStackClientOptions` with every default in place. */
export interface ResolvedFullStackOptions extends Omit<ResolvedFmeOptions, 'settings' | 'gateway'> {
  readonly settingsFile: object | string | undefined;
  readonly shouldTrackReturningUser: boolean;
  readonly goalTypeToTrack: GoalType;
}

const SHARED = [
  'accountId',
  'sdkKey',
  'environment',
  'storageTimeout',
  'preload',
  'baseUrl',
  'eventsUrl',
  'pollInterval',
  'startTimeout',
  'onStartFailure',
  'events',
  'closeTimeout',
  'clock',
] as const satisfies readonly (keyof FullStackOptions)[];

const OWN = ['settingsFile', 'shouldTrackReturningUser', 'goalTypeToTrack'] as const;

/** Refuses what `fullStack` does not know, at once. */
export function checkFullStackOptions(given: FullStackOptions): void {
  knownFullStackOptions('fullStack(options)', given, []);
}

/** Checks what was given and fills in the defaults. Throws `VwoOptionsError`: the option, the rule, what came. */
export function resolveFullStackOptions(given: FullStackClientOptions): ResolvedFullStackOptions {
  knownFullStackOptions('options', given, ['storage', 'logger']);
  const { settingsFile: file, shouldTrackReturningUser, goalTypeToTrack, ...shared } = given;
  const settingsFile = settingsFileOption(file);
  const known = typeof settingsFile === 'object' ? (settingsFile as FullStackSettings) : undefined;
  const accountId = shared.accountId ?? known?.accountId;
  const sdkKey = shared.sdkKey ?? known?.sdkKey;
  return {
    ...resolveFmeOptions({
      ...shared,
      ...(accountId !== undefined && { accountId }),
      ...(sdkKey !== undefined && { sdkKey }),
    }),
    settingsFile,
    shouldTrackReturningUser: yesOrNo('shouldTrackReturningUser', shouldTrackReturningUser ?? false),
    goalTypeToTrack: oneOf('goalTypeToTrack', goalTypeToTrack ?? 'ALL', ['ALL', 'CUSTOM_GOAL', 'REVENUE_TRACKING']),
  };
}

/** The names that teams know from the SDK get an answer of their own. */
const CURES: Readonly<Record<string, string>> = {
  settings: 'Full Stack calls it `settingsFile`',
  gateway: 'Full Stack decides without a gateway',
  userStorageService:
    "give it to the module as `storage: connectorStorage(userStorageService, { order: 'user-first' })`",
  pollingInterval: 'it is `pollInterval` here, in ms too',
  batchEvents: 'events always go in batches: see `events: { batchSize, flushInterval }`',
  isDevelopmentMode: 'let `eventsUrl` name a host of your own, for example a VwoEdge',
  integrations: 'read the flag: it says variation and source',
  logging: "what there is to say goes to Nest's logger",
  returnPromiseFor: 'flags are read synchronously, and `await visit.end()` waits for what was decided',
};

function knownFullStackOptions(where: string, given: object, more: readonly string[]): void {
  for (const [option, cure] of Object.entries(CURES)) {
    if ((given as Readonly<Record<string, unknown>> | undefined)?.[option] === undefined) continue;
    throw new VwoOptionsError(`\`${where}\` has no option \`${option}\`: ${cure}`);
  }
  knownKeys(where, given, [...SHARED, ...OWN, ...more]);
}

function settingsFileOption(value: unknown): object | string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return text('settingsFile', value);
  if (isObject(value)) return value;
  return refuse('settingsFile', 'an object or the path of a JSON file', value);
}
