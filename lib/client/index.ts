export * from './vwo-client.js';
export * from './visit.js';
