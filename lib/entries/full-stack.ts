// VWO Full Stack (`vwo-node-sdk`) behind the same module, decorators and storage: `nestjs-vwo/full-stack`.

export { fullStack } from '../nest/full-stack/full-stack.factory.js';
export type { FullStackOptions } from '../full-stack/full-stack.options.js';
export { Variation } from '../nest/full-stack/variation.decorator.js';

// Without Nest
export { FullStackClient } from '../full-stack/full-stack.client.js';
export type { FullStackClientOptions } from '../full-stack/full-stack.options.js';
export { FullStackVisit } from '../full-stack/full-stack.visit.js';
export type { FullStackTrackOptions } from '../full-stack/track.options.js';
export type { GoalType } from '../full-stack/sdk.instance.js';

// What VWO says
export type {
  FullStackCampaign,
  FullStackGoal,
  FullStackGroup,
  FullStackSettings,
  FullStackVariable,
  FullStackVariation,
} from '../full-stack/full-stack.settings.js';
