export * from './environment.js';
export * from './fme-account.js';
export * from './fme-client.js';
export * from './fme.options.js';
export * from './fme.product.js';
export * from './flags-changed.js';
export * from './send-guard.js';
export * from './settings-schema.js';
export * from './settings.source.js';
export { applicationUser } from './events/fme-event.js';
export { batchRequest, singleRequest } from './events/wire-format.js';
export type { FmeEvent } from './events/fme-event.js';
export type { VwoSettings } from './engine/index.js';

// What a product needs that has FME decided elsewhere
export {
  compile,
  compileSteps,
  Evaluation,
  keysBehind,
  OnFlag,
  recordIfChanged,
  storedExperiment,
  storedRollout,
  storedVariation,
  VariableSet,
} from './engine/index.js';
export type { CompiledFeature, CompiledRule, CompiledSettings, CompiledVariation } from './engine/index.js';
