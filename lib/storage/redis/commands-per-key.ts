import type { RedisConnection } from './redis.connection.js';
import type { RedisScript } from './redis-script.js';

/** The strings under these keys, null where there is none: one MGET, or in a Cluster one GET each, all at once. */
export async function stringsUnder(
  connection: RedisConnection,
  keys: readonly string[],
): Promise<readonly (string | null)[]> {
  if (keys.length === 0) return [];
  if (!connection.isCluster) return (await connection.command('MGET', ...keys)) as (string | null)[];
  return (await Promise.all(keys.map((key) => connection.command('GET', key)))) as (string | null)[];
}

/**
 * Runs a script that treats each of its keys alike: over all of them at once, or in a Cluster once per key, all at the same time.
 * @param shared arguments for all keys
 * @param perKey the further arguments, the same number for each key
 */
export async function runPerKey(
  connection: RedisConnection,
  script: RedisScript,
  keys: readonly string[],
  shared: readonly (string | number)[],
  perKey: readonly string[] = [],
): Promise<void> {
  if (keys.length === 0) return;
  if (!connection.isCluster) {
    await connection.script(script, keys.length, ...keys, ...shared, ...perKey);
    return;
  }
  const each = perKey.length / keys.length;
  const runs = keys.map((key, i) =>
    connection.script(script, 1, key, ...shared, ...perKey.slice(i * each, (i + 1) * each)),
  );
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed) throw failed.reason;
}
