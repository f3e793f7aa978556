import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../common/waiting.js';
import { FakeClient } from '../nest/request/fake-client.js';
import { MemoryStorage, type StoredChange } from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/testing.js';
import { stopBrokers } from './brokers.js';
import type { Ability, Running } from './transport.js';
import { TRANSPORTS } from './transports.js';
import { Hold } from './work.js';

afterAll(stopBrokers);

/** A promise of every way that can have it. What one cannot have, and why, is said in its row and in docs/transports.md. */
const promise = (what: string, why: string | undefined, test: () => Promise<void>): void => {
  if (why === undefined) it(what, test);
};

describe.each(TRANSPORTS)('work that comes by $name', ({ start, refusal, without = {} }) => {
  let client: FakeClient;
  let running: Running;
  beforeAll(async () => {
    client = new FakeClient((user) => ({ who: { id: user?.id }, ...(user?.id === 'alice' && { beta: {} }) }));
    running = await start({ client });
  });
  beforeEach(() => void client.visits.splice(0));
  afterAll(() => running.stop());

  /** The visit may end after the client has its answer. */
  const ended = () => until(() => client.visits.every(({ ends }) => ends > 0), 'the visits to end');

  it('reads the flags of its user in services, also after an await, in one visit that ends', async () => {
    expect(await running.send('who', 'alice')).toEqual({ who: ['alice', 'alice'] });
    await ended();
    expect(client.visitOnly).toMatchObject({
      user: { id: 'alice' },
      reads: ['who', 'who'],
      readsAfterEnd: [],
      ends: 1,
    });
  });

  it('has every flag off for nobody', async () => {
    expect(await running.send('who')).toEqual({ who: ['nobody', 'nobody'] });
  });

  promise('gives parameters: the user, and values of flags', without.parameters, async () => {
    expect(await running.send('parameters', 'bob')).toEqual({ user: 'bob', id: 'bob' });
    await ended();
    expect(client.visitOnly).toMatchObject({ keys: ['who'], readsAfterEnd: [], ends: 1 });
  });

  promise('passes a gate whose flag is on, in the visit of the handler', without.gates, async () => {
    expect(await running.send('gated', 'alice')).toEqual({ in: true });
    await ended();
    expect(client.visitOnly).toMatchObject({ reads: ['beta'], readsAfterEnd: [], ends: 1 });
  });

  promise('is refused by a gate whose flag is off, and its visit ends', without.gates, async () => {
    await expect(running.send('gated', 'bob')).rejects.toEqual(refusal);
    await ended();
    expect(client.visitOnly).toMatchObject({ reads: ['beta'], ends: 1 });
  });

  it('is kept apart for 30 users at once', async () => {
    const users = Array.from({ length: 30 }, (_, i) => `user-${i}`);
    const answers = await Promise.all(users.map((user) => running.send('who', user)));
    expect(answers).toEqual(users.map((user) => ({ who: [user, user] })));
    await ended();
    expect(client.visits.map(({ ends, readsAfterEnd }) => [ends, readsAfterEnd])).toEqual(Array(30).fill([1, []]));
  });

  it('fails where its handler fails, and its visit ends', async () => {
    await expect(running.send('fails', 'alice')).rejects.toBeDefined();
    await ended();
    expect(client.visitOnly).toMatchObject({ reads: ['who', 'who'], readsAfterEnd: [], ends: 1 });
  });

  promise('ends its visit where the client is gone before the answer', without.leaving, async () => {
    const hold = running.app.get(Hold);
    await running.leave?.('alice', hold.hasBegun);
    hold.release();
    const visit = client.visitOnly;
    await until(() => visit.reads.length + visit.readsAfterEnd.length === 2, 'the second flag to be read');
    await ended();
    expect(visit).toMatchObject({ user: { id: 'alice' }, ends: 1 });
  });
});

describe('docs/transports.md', () => {
  const rows = readFileSync(join(import.meta.dirname, '../../docs/transports.md'), 'utf8').match(/^\|.*\|$/gm) ?? [];

  it.each(TRANSPORTS)('has a row about $name, which says what it cannot have', ({ page, without = {} }) => {
    const [row = ''] = rows.filter((line) => line.split('|')[1]?.includes(page));
    expect(row).not.toBe('');
    const said = {
      parameters: 'gives no parameters',
      gates: 'runs no guards',
      leaving: '',
    };
    const missing = (Object.keys(without) as Ability[]).filter((ability) => !row.includes(said[ability]));
    expect(missing).toEqual([]);
  });
});

/** Counts what is saved. */
class CountingStorage extends MemoryStorage {
  readonly saved: string[] = [];

  override save(userId: string, changes: readonly StoredChange[]): void | Promise<void> {
    this.saved.push(...changes.map(({ key }) => `${userId} ${key}`));
    return super.save(userId, changes);
  }
}

describe.each(TRANSPORTS)('a decision for work that comes by $name', ({ start }) => {
  it('is stored once and shown to VWO once, and both is done when the application has closed', async () => {
    const settings = accountSettings({ features: [feature('who', [rollout({ variables: { id: 'rolled out' } })])] });
    const edge = await VwoEdge.start({ settings });
    const storage = new CountingStorage();
    const { accountId, sdkKey } = settings;
    const events = { flushInterval: 60_000 };
    const running = await start({ accountId, sdkKey, baseUrl: edge.url, storage, events });
    try {
      for (let times = 1; times <= 2; times++) {
        expect(await running.send('who', 'alice')).toEqual({ who: ['rolled out', 'rolled out'] });
        await until(() => storage.saved.length > 0, 'the decision to be stored');
      }
      expect(edge.eventsOf('alice')).toEqual([]);
      await running.send('who', 'bob');
    } finally {
      await running.stop();
    }
    expect(storage.saved).toEqual(['alice who', 'bob who']);
    expect([edge.eventsOf('alice'), edge.eventsOf('bob')]).toMatchObject(
      Array(2).fill([{ name: 'vwo_variationShown' }]),
    );
    await edge.close();
  });
});
