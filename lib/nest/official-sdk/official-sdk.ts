import type { VwoLogger } from '../../common/index.js';
import { knownKeys } from '../../common/index.js';
import type { VwoStorage } from '../../storage/index.js';
import { SdkClient } from '../../official-sdk/index.js';
import { SDK_OPTIONS, type SdkClientOptions } from '../../official-sdk/index.js';

/** Options of `officialSdk`: the account, and whatever of `SdkClientOptions` differs from the module's. */
export type OfficialSdkOptions = Omit<SdkClientOptions, 'storage' | 'logger'>;

/** What the module hands to a client that it builds. */
interface Parts {
  readonly storage: VwoStorage;
  readonly logger: VwoLogger;
  readonly options: Omit<SdkClientOptions, 'storage' | 'logger'>;
}

/**
 * VWO's own FME SDK as the module's client: `vwo-fme-node-sdk` from 1.35, or `wingify-fme-node-sdk`.
 * Storage, `user` and every other option of the module stay where they are.
 *
 * ```ts
 * VwoModule.forRoot({ client: officialSdk({ accountId: 123456, sdkKey: '…' }), storage: new RedisStorage({ url }) })
 * ```
 *
 * What VWO.md (section 5) asks of stored records holds here too: foreign ones are refused, a flag whose rules or feature are
 * gone is off, unknown fields are kept, `featureId` is added, and a record is written only when it changes. What the SDK
 * itself must know depends on its version: holdout groups 1.39, `bucketingSeed` 1.41, usage events
 * 1.55, web testing 1.60. Below, the SDK decides as if there were no such thing.
 *
 * Flags stay synchronous: those that a handler declares are decided when its visit opens, and reading another one throws
 * `VwoUndecidedFlagError` (`@UseFlags('key')` cures it, or `decide: 'all'`).
 */
export function officialSdk(options: OfficialSdkOptions): (parts: Parts) => SdkClient {
  knownKeys(
    'officialSdk(options)',
    options,
    SDK_OPTIONS.filter((name) => name !== 'storage' && name !== 'logger'),
  );
  return ({ storage, logger, options: fromModule }) => new SdkClient({ ...fromModule, ...options, storage, logger });
}
