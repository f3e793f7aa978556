import { oneInProcess } from '../../common/index.js';
import { leavingNoTimers } from './no-timers.js';
import type { OfficialSdk } from './official-sdk.types.js';
import { VwoSdkInUseError } from '../sdk.errors.js';
import { answer } from './sdk.network.js';

/** Who has an SDK that can serve one client only, by its `init`. */
const claims = oneInProcess('sdk-claims', () => new WeakMap<OfficialSdk['init'], Claim>());

interface Claim {
  /** Whether each client of this version has a state of its own. */
  readonly separate: Promise<boolean>;
  owner: object | undefined;
}

/**
 * Takes the SDK for one client. Rejects with `VwoSdkInUseError` where a second one would take over the first one's
 * storage, network and account, as in 1.35, which keeps them once per process.
 */
export async function claimSdk(sdk: OfficialSdk, owner: object): Promise<void> {
  const claim = claims.get(sdk.init) ?? { separate: isSeparate(sdk), owner: undefined };
  claims.set(sdk.init, claim);
  if (await claim.separate) return;
  if (claim.owner !== undefined && claim.owner !== owner) throw new VwoSdkInUseError();
  claim.owner = owner;
}

/** Gives the SDK to the next client; nothing when it was not this one's. */
export function releaseSdk(sdk: OfficialSdk, owner: object): void {
  const claim = claims.get(sdk.init);
  if (claim?.owner === owner) claim.owner = undefined;
}

/** Asks an instance of no account; nothing leaves the process. */
async function isSeparate(sdk: OfficialSdk): Promise<boolean> {
  const silence = () => Promise.resolve(answer({}));
  const client = await leavingNoTimers(() =>
    sdk.init({
      accountId: '1',
      sdkKey: 'nobody',
      settings: { ...NO_FEATURES, sdkMetaInfo: { wasInitializedEarlier: true } },
      network: { client: { GET: silence, POST: silence } },
      logger: { level: 'ERROR', isAlwaysNewInstance: true, transport: { level: 'ERROR', log: () => undefined } },
      isUsageStatsDisabled: true,
      isBatchingDisabled: true,
    }),
  );
  return client?.serviceContainer !== undefined;
}

/** Settings that the SDK's schema accepts, and has soon checked. */
export const NO_FEATURES = Object.freeze({ version: 1, accountId: 1, sdkKey: 'nobody', features: [], campaigns: [] });
