import { Logger } from '@nestjs/common';
import { registerAs } from '@nestjs/config';
import { refuse } from '../../common/index.js';
import { type Environment, misspelt, optionsFrom, VARIABLE_OF } from '../../fme/index.js';
import { readFromVariables } from '../option-origin.js';
import type { VwoClientOptions } from '../vwo.options.js';

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
 * | `VWO_SAVE` | `save`: `after-response` or `before-response` |
 * | `VWO_PRELOAD` | `preload`: `all` or `declared` |
 * | `VWO_EVENTS_BATCH_SIZE`, `VWO_EVENTS_FLUSH_INTERVAL` | `events.batchSize`, `.flushInterval` |
 * | `VWO_EVENTS_MAX_QUEUE`, `VWO_EVENTS_MAX_QUEUE_BYTES` | `events.maxQueue`, `.maxQueueBytes` |
 *
 * A variable that is missing or empty leaves the option's default in place. One that is not read and looks like one that is
 * (`VWO_POLLINTERVAL`) is warned of. `process.env` is read; to have it filled from a file such as `.env`, import
 * `ConfigModule.forRoot()` in the root module. Throws `VwoOptionsError` for a number that is none; every other rule is the
 * option's own, and its error names the variable.
 */
export const vwoConfig = registerAs('vwo', () => vwoOptionsFrom(process.env));

function vwoOptionsFrom(env: Environment): VwoClientOptions {
  for (const [name, meant] of misspelt(env)) {
    new Logger('Vwo').warn(`The environment variable ${name} is not read: did you mean ${meant}?`);
  }
  const options = optionsFrom(env) as VwoClientOptions;
  if (options.gateway && options.gateway.url === undefined) {
    refuse('VWO_GATEWAY_URL', 'the URL of the gateway', undefined, 'its timeout or cache time is set');
  }
  readFromVariables(options, VARIABLE_OF);
  return options;
}
