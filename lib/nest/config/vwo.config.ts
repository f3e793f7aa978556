import { registerAs } from '@nestjs/config';
import { refuse } from '../../common/index.js';
import type { VwoClientOptions } from '../vwo.options.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The options of `VwoModule`, read from environment variables:
 * `VwoModule.forRootAsync(vwoConfig.asProvider())`, or with more beside it:
 * `VwoModule.forRootAsync({ ...vwoConfig.asProvider(), storage: PgStorage, user: (context) => … })`.
 *
 * | variable | option |
 * |---|---|
 * | `VWO_ACCOUNT_ID` | `accountId` |
 * | `VWO_SDK_KEY` | `sdkKey` |
 * | `VWO_ENVIRONMENT` | `environment` |
 * | `VWO_SETTINGS_FILE` | `settings`, the path of a JSON file |
 * | `VWO_BASE_URL`, `VWO_EVENTS_URL` | `baseUrl`, `eventsUrl` |
 * | `VWO_GATEWAY_URL`, `VWO_GATEWAY_TIMEOUT`, `VWO_GATEWAY_CACHE_FOR` | `gateway.url`, `.timeout`, `.cacheFor` |
 * | `VWO_POLL_INTERVAL`, `VWO_START_TIMEOUT`, `VWO_STORAGE_TIMEOUT`, `VWO_CLOSE_TIMEOUT` | as named, in ms |
 * | `VWO_ON_START_FAILURE` | `onStartFailure`: `continue` or `fail` |
 * | `VWO_PRELOAD` | `preload`: `all` or `declared` |
 * | `VWO_EVENTS_BATCH_SIZE`, `VWO_EVENTS_FLUSH_INTERVAL`, `VWO_EVENTS_MAX_QUEUE` | `events.batchSize`, `.flushInterval`, `.maxQueue` |
 *
 * A variable that is missing or empty leaves the option's default in place.
 */
export const vwoConfig = registerAs('vwo', () => vwoOptionsFrom(process.env));

/** Throws `VwoOptionsError` for a number that is none; every other rule is the option's own. */
function vwoOptionsFrom(env: Environment): VwoClientOptions {
  return given({
    accountId: text(env, 'VWO_ACCOUNT_ID'),
    sdkKey: text(env, 'VWO_SDK_KEY'),
    environment: text(env, 'VWO_ENVIRONMENT'),
    settings: text(env, 'VWO_SETTINGS_FILE'),
    baseUrl: text(env, 'VWO_BASE_URL'),
    eventsUrl: text(env, 'VWO_EVENTS_URL'),
    gateway: gateway(env),
    pollInterval: number(env, 'VWO_POLL_INTERVAL'),
    startTimeout: number(env, 'VWO_START_TIMEOUT'),
    storageTimeout: number(env, 'VWO_STORAGE_TIMEOUT'),
    closeTimeout: number(env, 'VWO_CLOSE_TIMEOUT'),
    onStartFailure: text(env, 'VWO_ON_START_FAILURE') as VwoClientOptions['onStartFailure'],
    preload: text(env, 'VWO_PRELOAD') as VwoClientOptions['preload'],
    events: given({
      batchSize: number(env, 'VWO_EVENTS_BATCH_SIZE'),
      flushInterval: number(env, 'VWO_EVENTS_FLUSH_INTERVAL'),
      maxQueue: number(env, 'VWO_EVENTS_MAX_QUEUE'),
    }),
  });
}

function gateway(env: Environment): VwoClientOptions['gateway'] {
  const others = given({ timeout: number(env, 'VWO_GATEWAY_TIMEOUT'), cacheFor: number(env, 'VWO_GATEWAY_CACHE_FOR') });
  const url = text(env, 'VWO_GATEWAY_URL');
  if (url !== undefined) return { url, ...others };
  if (Object.keys(others).length === 0) return undefined;
  return refuse('VWO_GATEWAY_URL', 'the URL of the gateway', undefined, 'its timeout or cache time is set');
}

function text(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function number(env: Environment, name: string): number | undefined {
  const value = text(env, name);
  if (value === undefined) return undefined;
  return /^\d+$/.test(value) ? Number(value) : refuse(name, 'a whole number, digits only', value);
}

/** Without what is undefined: `ConfigService` shows only what was set. */
function given<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
