import { optionsOnTop } from '../options-on-top.js';
import type { VwoClientFactory } from '../vwo.options.js';
import {
  checkFullStackOptions,
  FULL_STACK_OPTIONS,
  FullStackClient,
  type FullStackOptions,
} from '../../full-stack/index.js';

/**
 * VWO Full Stack as the module's client:
 *
 * ```ts
 * VwoModule.forRoot({
 *   client: fullStack({ accountId: 123456, sdkKey: '…' }),
 *   storage: connectorStorage(userStorageService, { order: 'user-first' }), // what was written for `vwo-node-sdk`
 * })
 * ```
 *
 * What is left out here is taken from the module's options (`baseUrl`, `storageTimeout`, `events`, …). Throws
 * `VwoOptionsError` for options that do not exist; what they hold is checked at start-up.
 */
export function fullStack(options: FullStackOptions = {}): VwoClientFactory {
  checkFullStackOptions(options);
  return (parts) => new FullStackClient(optionsOnTop(parts, options, FULL_STACK_OPTIONS));
}
