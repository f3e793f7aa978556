export type { FlagRequirement, RequireFlagOptions } from './flag-requirement.js';
export * from './require-flag.decorator.js';
export * from './vwo.guard.js';
