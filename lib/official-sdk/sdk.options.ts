import { knownKeys, oneOf, refuse } from '../common/index.js';
import { FME_OPTIONS, type FmeClientOptions, type ResolvedFmeOptions, resolveFmeOptions } from '../fme/index.js';
import type { OfficialSdk } from './host/official-sdk.types.js';

/** What the SDK needs to be told beyond the options of `FmeClient`. */
export interface SdkOwnOptions {
  /**
   * Which flags the SDK decides when a visit opens: those that the handler, its class and its guards declare
   * (`@Flag…`, `@RequireFlag`, `@UseFlags`), or every flag of the settings, which then needs no declaring but is paid for
   * by every visit. With `preload: 'declared'` it is the declared ones in both cases. @default 'declared'
   */
  decide?: 'declared' | 'all';
  /** The SDK itself, where it is not the one that `import('vwo-fme-node-sdk')` finds. @default the installed one */
  sdk?: OfficialSdk;
}

/** Every option of `SdkClient`. */
export interface SdkClientOptions extends FmeClientOptions, SdkOwnOptions {}

export interface ResolvedSdkOptions {
  readonly fme: ResolvedFmeOptions;
  readonly decide: 'declared' | 'all';
  /** Undefined: the installed one. */
  readonly sdk: OfficialSdk | undefined;
}

/** The names of the options that are not `FmeClient`'s. */
const OWN_OPTIONS = ['decide', 'sdk'] as const satisfies readonly (keyof SdkOwnOptions)[];

/** The names of all options. */
export const SDK_OPTIONS = [...FME_OPTIONS, ...OWN_OPTIONS] as const;

/** Checks what was given and fills in the defaults. Throws `VwoOptionsError`. */
export function resolveSdkOptions(given: SdkClientOptions): ResolvedSdkOptions {
  knownKeys('options', given, SDK_OPTIONS);
  const { decide, sdk, ...fme } = given;
  return {
    fme: resolveFmeOptions(fme),
    decide: oneOf('decide', decide ?? 'declared', ['declared', 'all']),
    sdk: sdk === undefined ? undefined : sdkOption(sdk),
  };
}

function sdkOption(given: OfficialSdk): OfficialSdk {
  if (typeof given?.init === 'function') return given;
  return refuse('sdk', "VWO's SDK", given, "for example `import * as sdk from 'wingify-fme-node-sdk'`");
}
