import type { StoredChange, StoredDecisions } from '../../../lib/model/index.js';
import { RedisStorage, type RedisStorageOptions } from '../../../lib/entries/redis.js';
import { eventually } from '../../common/waiting.js';

export const SCOPE = { accountId: '123456', environment: 'live' };

const opened: RedisStorage[] = [];

/** A storage with a near cache that is told of changes, and that `closeStorages` closes. */
export async function nearStorage(options: RedisStorageOptions, scope = SCOPE): Promise<RedisStorage> {
  const storage = new RedisStorage({ nearCache: {}, ...options });
  opened.push(storage);
  await storage.open(scope);
  await stands(storage);
  return storage;
}

export async function closeStorages(): Promise<void> {
  for (const storage of opened.splice(0)) await storage.close();
}

export const stands = (storage: RedisStorage, does = true): Promise<void> =>
  eventually(
    () => storage.nearCacheStats()?.stands === does,
    `a near cache that ${does ? 'stands' : 'does not stand'}`,
  );

/** What the near cache answers; undefined where it has to ask Redis, whose answer is waited for then. */
export async function near(storage: RedisStorage, userId: string): Promise<StoredDecisions | undefined> {
  const answer = storage.load(userId, ['ab']);
  if (answer instanceof Promise) return (await answer, undefined);
  return answer;
}

/** What it finds, by whichever way. */
export async function found(storage: RedisStorage, userId: string): Promise<unknown> {
  return (await storage.load(userId, ['ab'])).get('ab')?.['experimentId'];
}

/** Until it is answered from the near cache. */
export const cached = (storage: RedisStorage, userId: string): Promise<void> =>
  eventually(async () => (await near(storage, userId)) !== undefined, `${userId} in the near cache`);

export function change(userId: string, experimentId: number, before?: number): StoredChange {
  return {
    key: 'ab',
    record: record(userId, experimentId),
    replaces: before === undefined ? undefined : record(userId, before),
  };
}

function record(userId: string, experimentId: number): StoredChange['record'] {
  return { featureKey: 'ab', userId, experimentId };
}
