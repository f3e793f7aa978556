// What the module for tests builds on.

export * from './request/index.js';
export { openerOf } from './vwo.core-module.js';
export { loggerOf } from './vwo.lifecycle.js';
export { VwoModule } from './vwo.module.js';
export { moduleName } from './vwo.options.js';
export type { ResolvedVwoOptions, VwoModuleExtras } from './vwo.options.js';
export { DIAGNOSTICS, tokensOf } from './vwo.tokens.js';
