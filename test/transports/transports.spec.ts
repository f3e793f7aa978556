import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../common/waiting.js';
import { FakeClient } from '../nest/request/fake-client.js';
import { type Running, TRANSPORTS } from './transports.js';

describe.each(TRANSPORTS)('work that comes by $name', ({ start }) => {
  let client: FakeClient;
  let app: Running;
  beforeAll(async () => {
    client = new FakeClient((user) => ({ who: { id: user?.id } }));
    app = await start(client);
  });
  beforeEach(() => void client.visits.splice(0));
  afterAll(() => app.stop());

  /** The visit may end after the client has its answer. */
  const ended = () => until(() => client.visits.every(({ ends }) => ends > 0), 'the visits to end');

  it('reads the flags of its user in services, also after an await, in one visit that ends', async () => {
    expect(await app.send('who', 'alice')).toEqual({ who: ['alice', 'alice'] });
    await ended();
    expect(client.visitOnly).toMatchObject({
      user: { id: 'alice' },
      reads: ['who', 'who'],
      readsAfterEnd: [],
      ends: 1,
    });
  });

  it('is kept apart for 30 users at once', async () => {
    const users = Array.from({ length: 30 }, (_, i) => `user-${i}`);
    const answers = await Promise.all(users.map((user) => app.send('who', user)));
    expect(answers).toEqual(users.map((user) => ({ who: [user, user] })));
    await ended();
    expect(client.visits.map(({ ends, readsAfterEnd }) => [ends, readsAfterEnd])).toEqual(Array(30).fill([1, []]));
  });

  it('fails where its handler fails, and its visit ends', async () => {
    await expect(app.send('fails', 'alice')).rejects.toBeDefined();
    await ended();
    expect(client.visitOnly).toMatchObject({ reads: ['who', 'who'], readsAfterEnd: [], ends: 1 });
  });
});
