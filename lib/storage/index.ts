export * from './vwo-storage.js';
export * from './memory.storage.js';
export * from './connector.storage.js';
