export * from '../storage/redis/redis.storage.js';
export type { RedisClient } from '../redis/index.js';
