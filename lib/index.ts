// What an application imports, by name, in the order of the way.

// The module, and who may be asked for it
export { VwoModule } from './vwo.module.js';
export type {
  VwoClientFactory,
  VwoClientOptions,
  VwoClientParts,
  VwoModuleAsyncOptions,
  VwoModuleExtras,
  VwoModuleOptions,
  VwoOptions,
  VwoOptionsFactory,
} from './vwo.options.js';
export type { VwoUserResolver } from './request/index.js';

// A request becomes a visit
export { VwoInterceptor } from './request/index.js';
export { RequireFlag, SkipFlags, UseFlags } from './request/index.js';
export type { RequireFlagOptions } from './request/index.js';

// Flags, read in handlers and in services
export { Flag, FlagEnabled, FlagVariable, VwoUser } from './request/index.js';
export { VwoService } from './vwo.service.js';
export type {
  FlagSource,
  FlagVariable as VwoVariable,
  FlagVariation as VwoVariation,
  VwoFlag,
  VwoSettings,
  VwoUserContext,
} from './engine/index.js';

// What was decided before
export { connectorStorage, MemoryStorage, VwoStorage } from './storage/index.js';
export type {
  FullStackStorageConnector,
  LoadReach,
  MemoryStorageOptions,
  StorageScope,
  VwoStorageConnector,
} from './storage/index.js';
export type { StoredChange, StoredDecision, StoredDecisions } from './engine/index.js';

// VWO without Nest
export { FmeClient, VwoClient } from './client/index.js';
export type { EventsOptions, FmeClientOptions, GatewayOptions, Visit, VwoAttributes } from './client/index.js';
export type { Clock } from './clock.js';
export type { VwoCounters, VwoLogger } from './diagnostics.js';

// What can go wrong
export {
  VwoError,
  VwoOptionsError,
  VwoOutsideVisitError,
  VwoSettingsError,
  VwoStartError,
  VwoStorageError,
  VwoTransportError,
  VwoUndeclaredFlagError,
} from './vwo.errors.js';
