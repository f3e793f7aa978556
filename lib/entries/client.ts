// VWO without Nest: `nestjs-vwo/client`. Loads neither NestJS nor rxjs.

export { FmeClient } from '../fme/index.js';
export type { FmeClientOptions, GatewayOptions, VwoSettings } from '../fme/index.js';
export { VwoClient } from '../client/index.js';
export type {
  EventsOptions,
  OnDecision,
  Visit,
  VwoAttributes,
  VwoChangeListener,
  VwoClientChange,
  VwoEventsStats,
  VwoIntegrations,
  VwoSettingsStats,
  VwoState,
  VwoStats,
  VwoStorageStats,
  VwoTransportOptions,
  VwoVisitsStats,
} from '../client/index.js';
export type { VwoFetch, VwoFetchRequest, VwoFetchResponse } from '../transport/index.js';
export type {
  Clock,
  ClockOption,
  VwoAccount,
  VwoChannels,
  VwoCounters,
  VwoDropReason,
  VwoEvaluation,
  VwoEventsPost,
  VwoLogger,
  VwoStorageRead,
  VwoStorageWrite,
  VwoVisitOpened,
} from '../common/index.js';

// The flags that there are: an application adds to these two, which needs `export *` on the whole way
export type * from '../model/vwo-flags.js';

// Flags and users
export type {
  FlagKey,
  FlagReason,
  FlagSource,
  FlagVariables,
  FlagVariation,
  JsonObject,
  UserId,
  VwoFlag,
  VwoNotice,
  VwoUserContext,
  VwoVariable,
  VwoVariation,
} from '../model/index.js';

// Where settings are kept
export type { VwoKeptSettings, VwoSettingsAddress, VwoSettingsStore } from '../settings/index.js';

// What was decided before
export { connectorStorage, MemoryStorage, VwoStorage } from '../storage/index.js';
export type {
  FullStackStorageConnector,
  LoadReach,
  MemoryStorageOptions,
  StorageScope,
  VwoNearCacheStats,
  VwoStorageConnector,
} from '../storage/index.js';
export type { StoredChange, StoredDecision, StoredDecisions, StoredRemoval } from '../model/index.js';

// What can go wrong
export {
  VwoError,
  VwoOptionsError,
  VwoSettingsError,
  VwoStartError,
  VwoStorageError,
  VwoTransportError,
  VwoUndeclaredFlagError,
} from '../common/index.js';
