import { withoutParts } from '../../client/index.js';
import { knownKeys } from '../../common/index.js';
import { SDK_OPTIONS, SdkClient, type SdkClientOptions } from '../../official-sdk/index.js';
import { optionsOnTop } from '../options-on-top.js';
import type { VwoClientParts } from '../vwo.options.js';

/** Options of `officialSdk`: the account, and whatever of `SdkClientOptions` differs from the module's. */
export type OfficialSdkOptions = Omit<SdkClientOptions, 'storage' | 'logger'>;

const OWN_OPTIONS = withoutParts(SDK_OPTIONS);

/**
 * VWO's own FME SDK as the module's client: `vwo-fme-node-sdk` from 1.35, or `wingify-fme-node-sdk`.
 * Storage, `user` and every other option of the module stay where they are.
 *
 * ```ts
 * VwoModule.forRoot({ client: officialSdk({ accountId: 123456, sdkKey: '…' }), storage: new RedisStorage({ url }) })
 * ```
 *
 * Stored records are treated as on `FmeClient`: foreign ones are refused, a flag whose rules or feature are gone is off,
 * unknown fields are kept, `featureId` is added, and a record is written only when it changes. What the SDK itself must know
 * depends on its version: holdout groups 1.39, `bucketingSeed` 1.41, usage events 1.55, web testing 1.60. Below, the SDK
 * decides as if there were no such thing.
 *
 * Flags stay synchronous: those that a handler declares are decided when its visit opens, and reading another one throws
 * `VwoUndecidedFlagError` (`@UseFlags('key')` cures it, or `decide: 'all'`).
 */
export function officialSdk(options: OfficialSdkOptions): (parts: VwoClientParts) => SdkClient {
  knownKeys('officialSdk(options)', options, OWN_OPTIONS);
  return (parts) => new SdkClient(optionsOnTop(parts, options, OWN_OPTIONS));
}
