// What an application imports, in the order of the way.

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
export type { HttpRequest, HttpResponse, VwoMount, VwoUserResolver } from './nest/request/index.js';
export { jobOf, messageOf, requestOf, socketOf } from './nest/request/index.js';

// A request becomes a visit
export { VisitOpener, VwoInterceptor } from './nest/request/index.js';
export { RequireFlag, VwoGuard } from './nest/gate/index.js';
export type { FlagRequirement, RequireFlagOptions } from './nest/gate/index.js';
export { SkipFlags, UseFlags } from './nest/handler/index.js';
export type { ClientOption } from './nest/handler/index.js';

// Flags, read in handlers and in services
export { Flag, FlagEnabled, FlagVariable, VwoUser } from './nest/request/index.js';
export { VwoService } from './nest/vwo.service.js';
export type { VwoServiceOf } from './nest/vwo.service-of.js';
export { getVwoToken, InjectVwo } from './nest/vwo.tokens.js';
export { WithVisit } from './nest/with-visit.decorator.js';

// What works without Nest, too: flags and users, storages, one account, what can go wrong
export * from './entries/client.js';
export { VwoOutsideVisitError } from './common/index.js';
