import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredChange } from '../../../lib/index.js';
import { RedisStorage } from '../../../lib/entries/redis.js';
import { VwoEdge } from '../../../lib/entries/edge.js';
import { clientOf, listening } from '../../client/client.fixture.js';
import { orderSettings } from '../../client/products.fixture.js';
import { eventually } from '../../common/waiting.js';
import { RedisServer } from '../../redis/redis-server.js';
import { TcpRelay } from '../../redis/tcp-relay.js';

const change: StoredChange = {
  key: 'ab',
  record: { featureKey: 'ab', userId: 'ann', experimentId: 1 },
  replaces: undefined,
};

describe('after a fail-over behind one address', () => {
  let before: RedisServer;
  let after: RedisServer;
  let address: TcpRelay;
  beforeEach(async () => {
    [before, after] = [await RedisServer.start(), await RedisServer.start()];
    address = await TcpRelay.start(before.port);
  });
  afterEach(async () => {
    await address.stop();
    await Promise.all([before.stop(), after.stop()]);
  });

  /** The old primary becomes a replica of the new one, and keeps its connections. */
  const failOver = async (): Promise<void> => {
    await before.client().call('REPLICAOF', '127.0.0.1', String(after.port));
    address.to(after.port);
  };

  test.each(['per-user', 'per-feature'] as const)(
    'a connection of our own finds the new primary (%s)',
    async (layout) => {
      const scope = layout === 'per-user' ? { accountId: '123456', environment: 'live' } : {};
      const storage = new RedisStorage({ url: `redis://127.0.0.1:${address.port}`, layout, ...scope });
      try {
        await storage.save('ann', [change]);
        await failOver();
        const failures: unknown[] = [];
        const saved = () =>
          storage.save('bob', [change]).then(
            () => true,
            (error: unknown) => (failures.push(error), false),
          );
        await eventually(saved, 'the connection to the new primary');
        expect(failures[0]).toMatchObject({
          message: expect.stringMatching(/READONLY.* \(it is a replica now, and the connection is made anew\)$/),
        });
        expect((await after.client().keys('*')).length).toBeGreaterThan(0);
      } finally {
        await storage.close();
      }
    },
  );

  test("the user's own client is left alone, and a warning says the cure", async () => {
    const redis = new Redis(address.port, '127.0.0.1');
    const edge = await VwoEdge.start({ settings: orderSettings() });
    const logger = listening();
    const storage = new RedisStorage({ client: redis });
    const client = await clientOf(edge, { storage, storageTimeout: 2_000, logger });
    try {
      await redis.ping();
      await failOver();
      const visit = await client.visit({ id: 'ann' });
      expect(visit.flag('ab').isEnabled()).toBe(true);
      await visit.end();
      expect(client.counters().storageWriteFailures).toBe(1);
      const warnings = logger.lines.filter((line) => /^warn: .*READONLY/.test(line));
      expect(warnings).toEqual([expect.stringContaining('reconnectOnError')]);
      expect(redis.status).toBe('ready');
    } finally {
      await client.close();
      redis.disconnect();
      await edge.close();
    }
  });
});
