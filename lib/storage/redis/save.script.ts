import { createHash } from 'node:crypto';

/**
 * Writes the records of one user in one step. KEYS[1]: the user's hash. ARGV[1]: how long it lives, in ms; then, three
 * by three: field, new text, the text it was decided from ('' when there was none). Gives the number written.
 */
export const SAVE = `
local written = 0
for i = 2, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') == ARGV[i + 2] then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    written = written + 1
  end
end
if written > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return written
`;

/** By which Redis knows the script once it has run there. */
export const SAVE_SHA = createHash('sha1').update(SAVE).digest('hex');
