export * from './full-stack.client.js';
export * from './full-stack.options.js';
export * from './full-stack.settings.js';
export * from './track.options.js';
export type { GoalType } from './sdk-decision.js';
export * from './settings.source.js';
