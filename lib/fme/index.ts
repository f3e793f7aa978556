export * from './events/event.js';
export * from './events/payload.js';
export * from './events/wire-format.js';
export * from './fme-client.js';
export * from './fme-visit.js';
export * from './fme.options.js';
export * from './settings-schema.js';
export { Gateway } from './gateway/gateway.js';
export type { VwoSettings } from './engine/index.js';
