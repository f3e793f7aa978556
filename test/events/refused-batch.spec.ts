import { afterEach, describe, expect, test } from '@jest/globals';
import { v5 } from 'uuid';
import { bodyOf, loopback, type Loopback } from '../transport/loopback.js';
import { closeStarted, PRODUCTS, startedClient } from '../client/products.fixture.js';

/** VWO's UUID of a user of the account 123456. */
const uuidOf = (userId: string): string =>
  v5(userId, v5('123456', v5('https://vwo.com', v5.URL)))
    .replaceAll('-', '')
    .toUpperCase();

describe('a batch that VWO refuses because of one event', () => {
  let server: Loopback | undefined;
  afterEach(async () => {
    await closeStarted();
    await server?.close();
  });

  /** Refuses with 400 whatever holds an event of one of these users, and keeps the rest. */
  const vwoThatRefuses = async (...userIds: string[]) => {
    const taken: string[] = [];
    const posts: number[] = [];
    server = await loopback(async (request, response) => {
      const body = await bodyOf(request);
      const isRefused = userIds.some((userId) => body.includes(uuidOf(userId)));
      posts.push(isRefused ? 400 : 200);
      if (!isRefused) taken.push(body);
      response.writeHead(isRefused ? 400 : 200).end('{}');
    });
    return { url: server.url, taken, posts };
  };

  const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);

  test.each(PRODUCTS)('$name: reaches VWO but for that event, which is counted', async (product) => {
    const vwo = await vwoThatRefuses('user-17');
    const events = { batchSize: 5_000, flushInterval: 60_000 };
    const client = await startedClient(product.make({ given: true, baseUrl: vwo.url, events }));
    await client.flush();
    const before = client.counters();
    for (const id of users) {
      const visit = await client.visit({ id });
      visit.flag('ab');
      await visit.end();
    }
    expect(await client.flush()).toBe(true);
    const heard = users.filter((id) => vwo.taken.some((body) => body.includes(uuidOf(id))));
    expect(heard).toEqual(users.filter((id) => id !== 'user-17'));
    const after = client.counters();
    const perUser = (after.eventsQueued - before.eventsQueued) / users.length;
    expect(after.eventsDropped - before.eventsDropped).toBe(perUser);
    expect(after.eventsSent - before.eventsSent).toBe(perUser * (users.length - 1));
    expect(vwo.posts.length).toBeLessThanOrEqual(2 + perUser * 2 * Math.ceil(Math.log2(perUser * users.length)));
  });

  test.each(PRODUCTS)('$name: is not tried in halves where VWO refuses the account', async (product) => {
    let posts = 0;
    server = await loopback((request, response) => {
      posts += 1;
      request.resume().on('end', () => response.writeHead(401).end('{}'));
    });
    const events = { batchSize: 5_000, flushInterval: 60_000 };
    const client = await startedClient(product.make({ given: true, baseUrl: server.url, events }));
    await client.flush();
    const before = posts;
    for (const id of users) {
      const visit = await client.visit({ id });
      visit.flag('ab');
      await visit.end();
    }
    await client.flush();
    expect(posts - before).toBe(1);
    expect(client.counters()).toMatchObject({ eventsSent: 0, eventsDropped: client.counters().eventsQueued });
  });
});
