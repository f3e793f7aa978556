/**
 * This library as an application meets it, without Nest: `FmeClient`, `MemoryStorage`, impressions queued for the collector.
 * A visit is opened, `flags` flags are read (one, unless told otherwise), and it is ended. `end: false`: it is not, and
 * nothing leaves it. `stored`: everybody's record is in the storage; otherwise every user is new, forgotten before each chunk.
 * `keep: false`: a storage that keeps nothing, beside products that have none.
 */
import { flagKey, people, settings, vwoContext } from '../../account.mjs';
import { load } from '../../library.mjs';

const { FmeClient, MemoryStorage, VwoStorage } = await load();

const silent = { error: console.error, warn: console.error, log() {} };

class NoStorage extends VwoStorage {
  load = () => NOTHING;
  save = () => DONE;
  forget = () => DONE;
}

const NOTHING = Promise.resolve(new Map());
const DONE = Promise.resolve();

export async function open({ sizes, segment, users, collector, variant }) {
  const { end = true, flags = 1, stored = false, keep = true } = variant;
  const contexts = people(users, { segment }).map(vwoContext);
  const accounts = new Map();
  for (const size of sizes) accounts.set(size, await account(size));

  async function account(size) {
    const client = new FmeClient({
      settings: settings(size, { segment }),
      storage: keep ? new MemoryStorage() : new NoStorage(),
      baseUrl: collector,
      logger: silent,
    });
    await client.start();
    const one = { client, keys: contexts.map((_, user) => flagKey(user % size)) };
    if (stored) for (let user = 0; user < users; user += 1) await visited(one, user);
    await client.flush();
    return one;
  }

  async function visited({ client, keys }, user) {
    const visit = await client.visit(contexts[user]);
    const flag = visit.flag(keys[user]);
    await visit.end();
    return flag;
  }

  /** Whole visits: opened, read, ended. What `end` starts is on the clock too: the last one's save comes last. */
  async function visits({ client, keys }, from, count) {
    let sum = 0;
    let saved;
    for (let user = from; user < from + count; user += flags) {
      const visit = await client.visit(contexts[user]);
      for (let read = 0; read < flags; read += 1) {
        const flag = visit.flag(keys[user + read]);
        if (flag.isEnabled()) sum += flag.getVariable('button', '').length;
      }
      if (end) saved = visit.end();
    }
    await saved;
    return sum;
  }

  return {
    async outcome(size, key, user) {
      const one = accounts.get(size);
      if (!stored) await one.client.forget(contexts[user].id);
      const flag = await visited(one, user);
      if (flag.key !== key) throw new Error(`asked for ${key}, got ${flag.key}`);
      const expected = stored ? 'storage' : 'rules';
      if (flag.isEnabled() && flag.source !== expected) throw new Error(`decided from ${flag.source}, not ${expected}`);
      return flag.isEnabled() ? flag.getVariable('button') : 'off';
    },
    async prepare(size, from, count) {
      const one = accounts.get(size);
      if (stored) return;
      for (let user = from; user < from + count; user += 1) await one.client.forget(contexts[user].id);
    },
    run: (size, from, count) => visits(accounts.get(size), from, count),
    async settle(size) {
      const { client } = accounts.get(size);
      if (!(await client.flush())) throw new Error('events could not be delivered');
      const { eventsDropped, eventsQueued, storageReadFailures, storageWriteFailures } = client.counters();
      if (eventsDropped || storageReadFailures || storageWriteFailures) {
        throw new Error(`lost: ${JSON.stringify({ eventsDropped, storageReadFailures, storageWriteFailures })}`);
      }
      if (end && !stored && eventsQueued === 0) throw new Error('no impression was queued');
    },
  };
}
