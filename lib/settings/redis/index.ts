export * from './redis.settings-store.js';
