export * from './vwo-webhook.module.js';
export type * from './webhook.options.js';
