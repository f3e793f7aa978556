// What the entry points beside it build on: the module for tests, health checks, the webhook.

export { SkipFlags } from './handler/index.js';
export * from './request/index.js';
export { openerOf } from './vwo.core-module.js';
export { loggerOf } from './vwo.lifecycle.js';
export { VwoModule } from './vwo.module.js';
export { moduleName } from './vwo.options.js';
export type { ResolvedVwoOptions, VwoModuleExtras } from './vwo.options.js';
export { DIAGNOSTICS, tokensOf } from './vwo.tokens.js';
