export * from '../storage/redis/redis.storage.js';
export type { RedisClient } from '../redis/index.js';
export * from '../settings/redis/index.js';
