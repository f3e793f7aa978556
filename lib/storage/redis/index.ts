export * from './redis.storage.js';
export type { RedisClient } from './redis.connection.js';
