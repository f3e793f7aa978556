import { nearest, refuse } from '../common/index.js';

export type Environment = Readonly<Record<string, string | undefined>>;

type Read = (name: string, value: string) => unknown;

const text: Read = (_name, value) => value;
const number: Read = (name, value) =>
  /^\d+$/.test(value) ? Number(value) : refuse(name, 'a whole number, digits only', value);

/** Each variable, the option that it is, and how its text is read. */
const VARIABLES: readonly (readonly [variable: string, option: string, read: Read])[] = [
  ['VWO_ACCOUNT_ID', 'accountId', text],
  ['VWO_SDK_KEY', 'sdkKey', text],
  ['VWO_ENVIRONMENT', 'environment', text],
  ['VWO_SETTINGS_FILE', 'settings', text],
  ['VWO_BASE_URL', 'baseUrl', text],
  ['VWO_EVENTS_URL', 'eventsUrl', text],
  ['VWO_GATEWAY_URL', 'gateway.url', text],
  ['VWO_GATEWAY_TIMEOUT', 'gateway.timeout', number],
  ['VWO_GATEWAY_CACHE_FOR', 'gateway.cacheFor', number],
  ['VWO_POLL_INTERVAL', 'pollInterval', number],
  ['VWO_START_TIMEOUT', 'startTimeout', number],
  ['VWO_STORAGE_TIMEOUT', 'storageTimeout', number],
  ['VWO_CLOSE_TIMEOUT', 'closeTimeout', number],
  ['VWO_ON_START_FAILURE', 'onStartFailure', text],
  ['VWO_SAVE', 'save', text],
  ['VWO_PRELOAD', 'preload', text],
  ['VWO_EVENTS_BATCH_SIZE', 'events.batchSize', number],
  ['VWO_EVENTS_FLUSH_INTERVAL', 'events.flushInterval', number],
  ['VWO_EVENTS_MAX_QUEUE', 'events.maxQueue', number],
  ['VWO_EVENTS_MAX_QUEUE_BYTES', 'events.maxQueueBytes', number],
];

const NAMES = VARIABLES.map(([name]) => name);

/** The variable of each option, as errors name options. */
export const VARIABLE_OF: ReadonlyMap<string, string> = new Map(VARIABLES.map(([name, option]) => [option, name]));

/** The options that are set, nested as the module takes them. Throws `VwoOptionsError` for a number that is none. */
export function optionsFrom(env: Environment): Readonly<Record<string, unknown>> {
  const options: Record<string, unknown> = {};
  for (const [name, option, read] of VARIABLES) {
    const value = env[name]?.trim();
    if (value) put(options, option.split('.'), read(name, value));
  }
  return options;
}

/** Variables that are not read and look like one that is: `[VWO_POLLINTERVAL, VWO_POLL_INTERVAL]`. */
export function misspelt(env: Environment): readonly (readonly [name: string, meant: string])[] {
  return Object.keys(env).flatMap((name) => {
    const isOther = !name.startsWith('VWO_') || NAMES.some((known) => name.startsWith(known)); // VWO_SDK_KEY_2: another account's
    const meant = isOther ? undefined : nearest(name, NAMES);
    return meant ? [[name, meant] as const] : [];
  });
}

function put(options: Record<string, unknown>, [name = '', ...below]: readonly string[], value: unknown): void {
  if (below.length === 0) options[name] = value;
  else put((options[name] ??= {}) as Record<string, unknown>, below, value);
}
