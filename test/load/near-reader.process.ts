/**
 * A process with a near cache on the users of another one. Asked for an experiment, it looks at its user again and again, once per turn of
 * its event loop, and says when it found it; then again when it answers that from the near cache.
 */
import { RedisStorage } from '../../lib/entries/redis.js';
import { KEY, SCOPE, USER } from './near-user.js';

export type ReaderSaid =
  | { readonly kind: 'stands' }
  /** In ns on the system's monotonic clock, which processes share. */
  | { readonly kind: 'found'; readonly at: string }
  | { readonly kind: 'near' };

const { url } = JSON.parse(process.argv[2] ?? '{}') as { readonly url: string };
const say = (said: ReaderSaid): void => void process.send?.(said);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const storage = new RedisStorage({ url, nearCache: {}, ...SCOPE });
await storage.open(SCOPE);
while (!storage.nearCacheStats()?.stands) await turn();
process.on('message', (asked) => void reader(Number(asked)));
process.on('disconnect', () => process.exit());
say({ kind: 'stands' });

async function reader(experiment: number): Promise<void> {
  while ((await storage.load(USER, [KEY])).get(KEY)?.['experimentId'] !== experiment) await turn();
  say({ kind: 'found', at: String(process.hrtime.bigint()) });
  while (storage.load(USER, [KEY]) instanceof Promise) await turn();
  say({ kind: 'near' });
}
