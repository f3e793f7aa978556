export * from '../storage/redis/redis.storage.js';
export type { RedisClient } from '../storage/redis/client/index.js';
