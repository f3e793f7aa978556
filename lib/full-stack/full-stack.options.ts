import {
  CLIENT_OPTIONS,
  type ClientOptions,
  resolveClientOptions,
  type ResolvedClientOptions,
  settingsOption,
  withoutParts,
} from '../client/index.js';
import { knownKeys, oneOf, VwoOptionsError, yesOrNo } from '../common/index.js';
import type { FullStackSettings } from './full-stack.settings.js';
import type { GoalType, TrackingOptions } from './sdk-decision.js';

/** Every option of `FullStackClient`. */
export interface FullStackClientOptions extends ClientOptions {
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
export interface ResolvedFullStackOptions extends TrackingOptions {
  readonly client: ResolvedClientOptions;
  readonly settingsFile: object | string | undefined;
}

const OPTIONS = [...CLIENT_OPTIONS, 'settingsFile', 'shouldTrackReturningUser', 'goalTypeToTrack'] as const;

/** The names of what `fullStack(…)` takes. */
export const FULL_STACK_OPTIONS: readonly (keyof FullStackOptions)[] = withoutParts(OPTIONS);

/** Refuses what `fullStack` does not know, at once. */
export function checkFullStackOptions(given: FullStackOptions): void {
  refuseUnknown('fullStack(options)', given, FULL_STACK_OPTIONS);
}

/** Checks what was given and fills in the defaults. Throws `VwoOptionsError`: the option, the rule, what came. */
export function resolveFullStackOptions(given: FullStackClientOptions): ResolvedFullStackOptions {
  refuseUnknown('options', given, OPTIONS);
  const settingsFile = settingsOption('settingsFile', given.settingsFile);
  const goalTypes = ['ALL', 'CUSTOM_GOAL', 'REVENUE_TRACKING'] as const;
  return {
    client: resolveClientOptions(given, settingsFile),
    settingsFile,
    shouldTrackReturningUser: yesOrNo('shouldTrackReturningUser', given.shouldTrackReturningUser ?? false),
    goalTypeToTrack: oneOf('goalTypeToTrack', given.goalTypeToTrack ?? 'ALL', goalTypes),
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
  isDevelopmentMode: 'with `events: false` nothing is sent',
  integrations: '`onDecision` is called with each flag that is read',
  logging: "errors of the SDK go to Nest's logger as warnings",
  returnPromiseFor: 'flags are read synchronously, and `await visit.end()` waits for what was decided',
};

function refuseUnknown(where: string, given: object, known: readonly string[]): void {
  for (const [option, cure] of Object.entries(CURES)) {
    if ((given as Readonly<Record<string, unknown>> | undefined)?.[option] === undefined) continue;
    throw new VwoOptionsError(`\`${where}\` has no option \`${option}\`: ${cure}`);
  }
  knownKeys(where, given, known);
}
