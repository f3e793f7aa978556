import { isMissing } from '../../common/index.js';
import type { OfficialSdk } from './official-sdk.types.js';
import { VwoSdkMissingError } from '../sdk.errors.js';

/** The names under which VWO publishes its FME SDK; the first that is installed is taken. */
const NAMES = ['vwo-fme-node-sdk', 'wingify-fme-node-sdk'] as const;

/** The official FME SDK that is installed. Rejects with `VwoSdkMissingError` when none is. */
export async function installedSdk(
  load: (name: string) => Promise<object> = (name) => import(name) as Promise<object>,
): Promise<OfficialSdk> {
  for (const name of NAMES) {
    try {
      const sdk = await load(name);
      if (isSdk(sdk)) return sdk;
    } catch (error) {
      if (!isMissing(error, name)) throw error; // installed, and broken: its own error says how
    }
  }
  throw new VwoSdkMissingError(NAMES);
}

function isSdk(loaded: object): loaded is OfficialSdk {
  return 'init' in loaded && typeof loaded.init === 'function';
}
