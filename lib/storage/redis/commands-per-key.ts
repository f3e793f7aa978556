import type { RedisConnection, RedisScript } from '../../redis/index.js';

/** The strings under these keys, null where there is none: one MGET, or in a Cluster one GET each, all at once. */
export async function stringsUnder(
  connection: RedisConnection,
  keys: readonly string[],
): Promise<readonly (string | null)[]> {
  if (keys.length === 0) return [];
  return connection.isCluster ? Promise.all(keys.map((key) => connection.get(key))) : connection.mget(keys);
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
    await connection.script(script, keys, [...shared, ...perKey]);
    return;
  }
  const each = perKey.length / keys.length;
  const runs = keys.map((key, i) =>
    connection.script(script, [key], [...shared, ...perKey.slice(i * each, (i + 1) * each)]),
  );
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed) throw failed.reason;
}
