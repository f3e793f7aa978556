export * from './sdk-identity.js';
export * from './transport.js';
export * from './vwo-hosts.js';
