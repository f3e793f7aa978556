// What an application imports, by name, in the order of the way.

// The module, and who may be asked for it
export { VwoModule } from './nest/vwo.module.js';
export { VWO_OPTIONS } from './nest/vwo.options.js';
export type {
  ResolvedVwoOptions,
  VwoClientFactory,
  VwoClientOptions,
  VwoClientParts,
  VwoModuleAsyncOptions,
  VwoModuleExtras,
  VwoModuleOptions,
  VwoOptions,
  VwoOptionsFactory,
} from './nest/vwo.options.js';
export type { VwoUserResolver } from './nest/request/index.js';

// A request becomes a visit
export { VisitOpener, VwoInterceptor } from './nest/request/index.js';
export { RequireFlag, VwoGuard } from './nest/gate/index.js';
export type { FlagRequirement, RequireFlagOptions } from './nest/gate/index.js';
export { SkipFlags, UseFlags } from './nest/handler/index.js';
export type { ClientOption } from './nest/handler/index.js';

// Flags, read in handlers and in services
export { Flag, FlagEnabled, FlagVariable, VwoUser } from './nest/request/index.js';
export { VwoService } from './nest/vwo.service.js';
export { getVwoToken, InjectVwo } from './nest/vwo.tokens.js';
export type {
  FlagReason,
  FlagSource,
  UserId,
  VwoVariable,
  VwoVariation,
  VwoFlag,
  VwoNotice,
  VwoUserContext,
} from './model/index.js';
export type { VwoSettings } from './fme/index.js';

// What was decided before
export { connectorStorage, MemoryStorage, VwoStorage } from './storage/index.js';
export type {
  FullStackStorageConnector,
  LoadReach,
  MemoryStorageOptions,
  StorageScope,
  VwoStorageConnector,
} from './storage/index.js';
export type { JsonObject, StoredChange, StoredDecision, StoredDecisions, StoredRemoval } from './model/index.js';

// One account; without Nest import these from nestjs-vwo/client
export { VwoClient } from './client/index.js';
export type {
  EventsOptions,
  OnDecision,
  Visit,
  VwoAttributes,
  VwoChangeListener,
  VwoClientChange,
  VwoIntegrations,
} from './client/index.js';
export { FmeClient } from './fme/index.js';
export type { FmeClientOptions, GatewayOptions } from './fme/index.js';
export type { Clock, ClockOption, VwoCounters, VwoLogger } from './common/index.js';

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
} from './common/index.js';
