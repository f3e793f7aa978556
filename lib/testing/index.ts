export { testFlag } from './flag-for-test.js';
export { overrideVwo, type OverridesProviders, type OverrideVwoOptions } from './override-vwo.js';
export type { VwoExposure, VwoSetAttributes, VwoTrackedEvent } from './seen.js';
export type { TestFlag, TestFlagDetails, TestFlags, TestVariables } from './test-flag.js';
export type { VwoTestingOptions } from './testing-state.js';
export { getVwoTestingToken } from './testing.tokens.js';
export { VwoUnsetFlagError } from './unset-flag.error.js';
export { type SetsFlags, VwoTestingFlags, type VwoTestingFlagsOf } from './vwo-testing-flags.js';
export { VwoTestingModule, type VwoTestingModuleOptions } from './vwo-testing.module.js';
export {
  type ExpectedEvent,
  type ExpectedExposure,
  type ExposedKey,
  type VwoMatchers,
  vwoMatchers,
} from './vwo.matchers.js';
