export { officialSdk } from './official-sdk.js';
export type { OfficialSdkOptions } from './official-sdk.js';
export { SdkClient } from './sdk.client.js';
export type { SdkClientOptions, SdkOwnOptions } from './sdk.options.js';
export type { OfficialNotice, OfficialSdk } from './official-sdk.types.js';
export { VwoSdkInUseError, VwoSdkMissingError, VwoUndecidedFlagError } from '../vwo.errors.js';
