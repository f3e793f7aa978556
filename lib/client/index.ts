export * from './vwo-client.js';
export * from './visit.js';
export * from './fme.options.js';
export * from './fme-client.js';
