import { RedisScript } from '../../redis/index.js';

/**
 * Writes records, each under a key of its own. ARGV[1]: how long they live, in ms; then, for each of KEYS, new text and
 * the text it was decided from ('' when there was none).
 */
export const SAVE_RECORDS = new RedisScript(`
local written = 0
for i = 1, #KEYS do
  if (redis.call('GET', KEYS[i]) or '') == ARGV[2 * i + 1] then
    redis.call('SET', KEYS[i], ARGV[2 * i], 'PX', ARGV[1])
    written = written + 1
  end
end
return written
`);

/** Deletes the records under KEYS, but for those that say they are another user's than ARGV[1]. */
export const FORGET_RECORDS = new RedisScript(`
for i = 1, #KEYS do
  local text = redis.call('GET', KEYS[i])
  local isJson, record = pcall(cjson.decode, text or '')
  local user = isJson and type(record) == 'table' and record['userId']
  if text and (not user or user == cjson.null or tostring(user) == ARGV[1]) then redis.call('UNLINK', KEYS[i]) end
end
`);
