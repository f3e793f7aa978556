import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStorage, type StoredDecisions, type VwoChannels, type VwoClient } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { turns } from '../common/waiting.js';
import { edgeOf, FME, KINDS } from './three-clients.js';

let edge: VwoEdge;
let client: VwoClient;
const ends: (() => void)[] = [];
beforeEach(async () => void (edge = await edgeOf()));
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  edge.heal();
  await client.close();
  await edge.close();
});

/** What a channel tells from now on. */
function told<Name extends keyof VwoChannels>(name: Name): VwoChannels[Name][] {
  const messages: VwoChannels[Name][] = [];
  const hear = (message: unknown): void => void messages.push(message as VwoChannels[Name]);
  subscribe(name, hear);
  ends.push(() => unsubscribe(name, hear));
  return messages;
}

async function visited(id = 'ann'): Promise<void> {
  const visit = await client.visit({ id }, ['ab']);
  visit.flag('ab');
  visit.flag('ab');
  await visit.end();
}

const took = expect.any(Number);

describe.each(KINDS)('on the channels of $name', (kind) => {
  it('are told: a visit, the first read of a flag, the storage read and written, the request with events', async () => {
    client = kind.build(edge);
    await client.start();
    await client.flush();
    const { eventsQueued } = client.counters();
    const channels = {
      visits: told('nestjs-vwo:visit'),
      evaluations: told('nestjs-vwo:evaluation'),
      reads: told('nestjs-vwo:storage.read'),
      writes: told('nestjs-vwo:storage.write'),
      posts: told('nestjs-vwo:events.post'),
    };
    await visited();
    await client.flush();
    const { account } = client;
    expect(account).toEqual({ accountId: '123456', environment: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(channels.visits).toEqual([{ account, user: expect.objectContaining({ id: 'ann' }), duration: took }]);
    expect(channels.evaluations).toEqual([
      {
        account,
        user: expect.objectContaining({ id: 'ann' }),
        flag: expect.objectContaining({ key: 'ab', source: 'rules' }),
      },
    ]);
    expect(channels.reads).toContainEqual({ account, keys: expect.any(Number), duration: took });
    expect(channels.writes).toEqual([{ account, records: 1, duration: took }]);
    expect(channels.posts).toContainEqual({
      account,
      events: expect.any(Number),
      duration: took,
      outcome: 'accepted',
      status: 200,
    });
    const sent = channels.posts.reduce((sum, { events }) => sum + events, 0);
    expect(sent).toBe(client.counters().eventsQueued - eventsQueued);
  });

  it('nothing is told once nobody listens, and all goes on', async () => {
    client = kind.build(edge);
    await client.start();
    const reads = told('nestjs-vwo:storage.read');
    for (const end of ends.splice(0)) end();
    await visited();
    expect(reads).toEqual([]);
    expect(client.counters()).toMatchObject({ visits: 1, storageReads: 1 });
  });
});

describe('a storage that fails', () => {
  class Storage extends MemoryStorage {
    answer: () => Promise<never> = () => Promise.reject(new Error('away'));

    override load(): Promise<never> {
      return this.answer();
    }
  }

  it('is told with its error, in the async context of the visit, and what the client makes of it stays the same', async () => {
    client = FME.build(edge, { storage: new Storage() });
    await client.start();
    const contexts = new AsyncLocalStorage<string>();
    const where: unknown[] = [];
    const hear = (): void => void where.push(contexts.getStore());
    subscribe('nestjs-vwo:storage.read', hear);
    ends.push(() => unsubscribe('nestjs-vwo:storage.read', hear));
    const reads = told('nestjs-vwo:storage.read');
    await contexts.run('of ann', () => visited());
    expect(reads).toEqual([expect.objectContaining({ error: new Error('away') })]);
    expect(where).toEqual(['of ann']);
    expect(client.counters().storageReadFailures).toBe(1);
  });

  it('and throws is told as well', async () => {
    const storage = new Storage();
    storage.answer = () => {
      throw new Error('at once');
    };
    client = FME.build(edge, { storage });
    await client.start();
    const reads = told('nestjs-vwo:storage.read');
    await visited();
    expect(reads).toEqual([expect.objectContaining({ error: new Error('at once') })]);
    expect(client.counters().storageReadFailures).toBe(1);
  });

  it('and runs a query whenever `then` is called is asked once', async () => {
    let queries = 0;
    class Lazy extends MemoryStorage {
      override load(): ReturnType<MemoryStorage['load']> {
        const then = (resolve: (found: StoredDecisions) => void): void => {
          queries += 1;
          resolve(new Map());
        };
        return { then } as unknown as ReturnType<MemoryStorage['load']>;
      }
    }
    client = FME.build(edge, { storage: new Lazy() });
    await client.start();
    const reads = told('nestjs-vwo:storage.read');
    await visited();
    await turns();
    expect(reads).toHaveLength(1);
    expect(queries).toBe(1);
  });
});

describe('a collector that is away', () => {
  it.each([
    [503, 'later'],
    [403, 'refused'],
    [413, 'refused'],
  ] as const)('%i is told as %s', async (status, outcome) => {
    client = FME.build(edge);
    await client.start();
    await client.flush();
    const posts = told('nestjs-vwo:events.post');
    edge.fail('events', { kind: 'status', status }, { times: 1 });
    client.track({ id: 'ann' }, 'order');
    await client.flush();
    expect(posts[0]).toMatchObject({ events: 1, outcome, status });
  });

  it('without any answer has no status', async () => {
    client = FME.build(edge);
    await client.start();
    await client.flush();
    const posts = told('nestjs-vwo:events.post');
    edge.fail('events', { kind: 'reset' }, { times: 1 });
    client.track({ id: 'ann' }, 'order');
    await client.flush();
    expect(posts[0]).toMatchObject({ events: 1, outcome: 'later', status: undefined });
  });
});

it('two clients of one account are told apart by their `account`', async () => {
  client = FME.build(edge);
  const other = FME.build(edge);
  await Promise.all([client.start(), other.start()]);
  const visits = told('nestjs-vwo:visit');
  await visited();
  expect(client.account).toEqual(other.account);
  expect(visits.map(({ account }) => account === client.account)).toEqual([true]);
  expect(visits.map(({ account }) => account === other.account)).toEqual([false]);
  await other.close();
});
