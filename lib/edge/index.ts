export * from './vwo-edge.js';
export type { EdgeFault } from './edge.faults.js';
export type { EdgePart, EdgeRequest } from './edge.route.js';
export type { BatchLimit } from './events.routes.js';
export type { ExpectedAccount } from './settings.routes.js';
export type { ReceivedEvent } from './received-event.js';
export * from './account.settings.js';
export * from './feature.rules.js';
export * from './full-stack.settings.js';
