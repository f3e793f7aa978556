import { RedisScript } from '../../redis/index.js';

/**
 * Writes the records of one user in one step. KEYS[1]: the user's hash. ARGV[1]: how long it lives, in ms; then, three
 * by three: field, new text ('' deletes the field), the text it was decided from ('' when there was none).
 */
export const SAVE_FIELDS = new RedisScript(`
local written = 0
for i = 2, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') == ARGV[i + 2] then
    if ARGV[i + 1] == '' then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    end
    written = written + 1
  end
end
if written > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return written
`);
