export * from './connector.storage.js';
export { unreadable } from './json-record.js';
export * from './memory.storage.js';
export { nearCacheOf, type VwoNearCacheStats } from './near-cache.js';
export * from './pruning.js';
export * from './storage-lease.js';
export * from './vwo-storage.js';
