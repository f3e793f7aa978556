export * from './connector.storage.js';
export * from './memory.storage.js';
export * from './vwo-storage.js';
