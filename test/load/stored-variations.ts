import { FmeClient } from '../../lib/entries/client.js';
import { FullStackClient } from '../../lib/entries/full-stack.js';
import { account, type ClientName, CREDENTIALS, FLAGS, fullStackAccount } from './account.js';
import { storageAt } from './redis-place.js';
import type { Stage } from './stage.js';

export interface StoredVariations {
  /** The key of the variation; undefined where none is stored. */
  of(user: string, flag: string): string | null | undefined;
  /** VWO's, of each user. */
  readonly uuids: ReadonlyMap<string, string>;
}

/** Users who are looked up at a time. */
const CHUNK = 500;

/** As a new instance reads them. */
export async function storedVariations(
  { place }: Stage,
  users: readonly string[],
  client: ClientName = 'fme',
): Promise<StoredVariations> {
  const { storage, close } = storageAt(place);
  const options = { ...CREDENTIALS, events: false, storage, storageTimeout: 30_000 } as const;
  const reader =
    client === 'full-stack'
      ? new FullStackClient({ ...options, settingsFile: fullStackAccount(0) })
      : new FmeClient({ ...options, settings: account(0) });
  await reader.start();
  const found = new Map<string, ReadonlyMap<string, string | null>>();
  const uuids = new Map<string, string>();
  for (let at = 0; at < users.length; at += CHUNK) {
    const visits = await Promise.all(users.slice(at, at + CHUNK).map((id) => reader.visit({ id })));
    for (const visit of visits) {
      const flags = FLAGS.map((key) => visit.flag(key)).filter(({ source }) => source === 'storage');
      found.set(visit.user?.id ?? '', new Map(flags.map(({ key, variation }) => [key, variation?.key ?? null])));
      uuids.set(visit.user?.id ?? '', visit.uuid ?? '');
    }
  }
  await reader.close();
  close();
  return { of: (user, flag) => found.get(user)?.get(flag), uuids };
}
