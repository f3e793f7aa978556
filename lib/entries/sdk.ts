// VWO's own FME SDK behind the same module, decorators and storage: `nestjs-vwo/sdk`.

export { officialSdk } from '../nest/official-sdk/official-sdk.js';
export type { OfficialSdkOptions } from '../nest/official-sdk/official-sdk.js';
export { SdkClient, VwoSdkInUseError, VwoSdkMissingError, VwoUndecidedFlagError } from '../official-sdk/index.js';
export type { OfficialSdk, SdkClientOptions, SdkOwnOptions } from '../official-sdk/index.js';
