// VWO's own FME SDK behind the same module, decorators and storage: `nestjs-vwo/sdk`.

export { officialSdk } from '../nest/official-sdk/official-sdk.js';
export type { OfficialSdkOptions } from '../nest/official-sdk/official-sdk.js';
export { SdkClient } from '../official-sdk/sdk.client.js';
export type { SdkClientOptions, SdkOwnOptions } from '../official-sdk/sdk.options.js';
export type { OfficialNotice, OfficialSdk } from '../official-sdk/official-sdk.types.js';
export { VwoSdkInUseError, VwoSdkMissingError, VwoUndecidedFlagError } from '../official-sdk/sdk.errors.js';
