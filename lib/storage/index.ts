export * from './vwo-storage.js';
