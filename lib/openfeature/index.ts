export * from './user-of-context.js';
export * from './vwo-openfeature.provider.js';
