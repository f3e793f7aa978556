// VWO Full Stack (`vwo-node-sdk`) behind the same module, decorators and storage: `nestjs-vwo/full-stack`.

export { fullStack } from '../nest/full-stack/full-stack.factory.js';
export { Variation } from '../nest/full-stack/variation.decorator.js';
export { pushTags } from '../nest/full-stack/push-tags.js';

// Without Nest
export { FullStackClient } from '../full-stack/index.js';

export type { FullStackClientOptions, FullStackOptions, FullStackTrackOptions, GoalType } from '../full-stack/index.js';

// What VWO says
export type {
  FullStackCampaign,
  FullStackGoal,
  FullStackGroup,
  FullStackSettings,
  FullStackVariable,
  FullStackVariation,
} from '../full-stack/index.js';
