// VWO Full Stack (`vwo-node-sdk`) behind the same module, decorators and storage: `nestjs-vwo/full-stack`.

export { fullStack } from './full-stack.factory.js';
export type { FullStackOptions } from './full-stack.options.js';
export { Variation } from './variation.decorator.js';

// Without Nest
export { FullStackClient } from './full-stack.client.js';
export type { FullStackClientOptions } from './full-stack.options.js';
export { FullStackVisit } from './full-stack.visit.js';
export type { FullStackTrackOptions } from './track.options.js';
export type { GoalType } from './sdk.instance.js';

// What VWO says
export type {
  FullStackCampaign,
  FullStackGoal,
  FullStackGroup,
  FullStackSettings,
  FullStackVariable,
  FullStackVariation,
} from './full-stack.settings.js';
