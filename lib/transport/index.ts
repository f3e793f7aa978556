export * from './transport.js';
export * from './vwo-hosts.js';
export * from './sdk-identity.js';
export * from './back-off.js';
export * from './awaited.js';
export * from './reason.js';
