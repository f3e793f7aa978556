/** This library as an application has it: `FmeClient`, a visit per user with one flag, what is queued sent by `flush`. */
import { load } from '../../library.mjs';
import { NOW, SETTINGS, users } from '../impressions.mjs';

const { FmeClient, VwoStorage } = await load();

/** Nothing but the events is kept. */
class NoStorage extends VwoStorage {
  load = () => Promise.resolve(new Map());
  save = () => Promise.resolve();
  forget = () => Promise.resolve();
}

const LOGGER = { error: console.error, warn: console.error, log() {} };

/** The machine's, but that it is always the same moment. */
const CLOCK = {
  now: () => NOW,
  monotonic: () => performance.now(),
  after(ms, work, holds) {
    const timer = setTimeout(work, ms);
    if (!holds) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A client that has settings and keeps nothing. @param events the option */
export async function clientOf(url, events) {
  const client = new FmeClient({
    settings: SETTINGS,
    storage: new NoStorage(),
    baseUrl: url,
    events,
    logger: LOGGER,
    clock: CLOCK,
  });
  await client.start();
  return client;
}

/** One flag is read, and its two impressions are queued. */
export async function visited(client, { id, key }) {
  const visit = await client.visit({ id });
  visit.flag(key);
  await visit.end();
}

export async function open({ url, batch }) {
  const client = await clientOf(url, { batchSize: batch, maxQueue: 200_000, maxQueueBytes: 2 ** 30 });
  return {
    client,
    async fill(count) {
      for (const user of users(count)) await visited(client, user);
    },
    async deliver() {
      if (!(await client.flush())) throw new Error('events could not be delivered');
      if (client.counters().eventsDropped > 0) throw new Error('events were dropped');
    },
  };
}
