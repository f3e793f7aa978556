export * from './user-context.js';
export * from './stored-decision.js';
export * from './decision.js';
export * from './flag.js';
