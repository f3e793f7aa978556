export * from './decision.js';
export * from './flag.js';
export * from './frozen-copy.js';
export * from './json-value.js';
export * from './off-flag.js';
export * from './settings-problem.js';
export * from './stored-decision.js';
export * from './user-context.js';
