import { RedisScript } from '../../redis/index.js';

/**
 * Times are Redis' own: the clocks of the instances may differ. KEYS[1]: a hash of `settings` (JSON) and `fetchedAt` (ms since the
 * epoch; one in the future was written before a fail-over to a clock that is behind, or before it was set back, and counts for nothing).
 * ARGV: the JSON, when it was fetched, how long it lives in ms, and the channel on which a change is told: no key, as clients may have
 * a prefix of their own for those.
 */
export const SAVE_SETTINGS = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fetched = tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'settings', 'fetchedAt')
local before = kept[2] and tonumber(kept[2])
if before and before > fetched and before <= now then return 0 end
redis.call('HSET', KEYS[1], 'settings', ARGV[1], 'fetchedAt', string.format('%.0f', fetched))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if kept[1] ~= ARGV[1] then redis.call('PUBLISH', ARGV[4], '') end
return 1
`);

/** Redis' own time, in ms since the epoch. KEYS[1] says of which node. */
export const REDIS_TIME = new RedisScript(`
local time = redis.call('TIME')
return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
`);

/** Gives the JSON and its age in ms, or nothing. */
export const LOAD_SETTINGS = new RedisScript(`
local kept = redis.call('HMGET', KEYS[1], 'settings', 'fetchedAt')
if not kept[1] or not kept[2] then return false end
local time = redis.call('TIME')
return {kept[1], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) - kept[2])}
`);

/** 1: the turn is the caller's, for ARGV[1] ms. */
export const CLAIM_TURN = new RedisScript(`
if redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) then return 1 end
return 0
`);
