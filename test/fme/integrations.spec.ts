import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FmeClient, type FmeClientOptions, type VwoClient } from '../../lib/index.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { type Said, listening } from '../client/client.fixture.js';
import { orderSettings } from '../client/products.fixture.js';

type Notice = Readonly<Record<string, unknown>>;
type Callback = (notice: Notice) => unknown;

describe('integrations.callback of an FmeClient', () => {
  let edge: VwoEdge;
  let logger: Said;
  const clients: VwoClient[] = [];
  beforeEach(async () => {
    logger = listening();
    edge = await VwoEdge.start({ settings: orderSettings() });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await edge.close();
  });

  const start = async (Client: typeof FmeClient | typeof SdkClient, callback: Callback): Promise<VwoClient> => {
    const options = {
      accountId: 123456,
      sdkKey: 'test-sdk-key',
      baseUrl: edge.url,
      logger,
      integrations: { callback },
      ...(Client === SdkClient && { decide: 'all' }),
    };
    const client = new Client(options as FmeClientOptions);
    clients.push(client);
    await client.start();
    return client;
  };

  /** What the callback is told of two visits and an event. */
  const heardBy = async (Client: typeof FmeClient | typeof SdkClient): Promise<Notice[]> => {
    const notices: Notice[] = [];
    const client = await start(Client, (notice) => void notices.push(notice));
    for (let visits = 0; visits < 2; visits++) {
      const visit = await client.visit({ id: 'ann' });
      visit.flag('ab');
      visit.flag('ab');
      visit.track('order');
      await visit.end();
    }
    await client.flush();
    await client.close();
    return notices;
  };

  test('hears what the one of VWO’s SDK hears', async () => {
    const official = await heardBy(SdkClient);
    expect(official.length).toBeGreaterThan(1);
    expect(await heardBy(FmeClient)).toEqual(official);
  });

  test.each<[string, Callback]>([
    [
      'throws',
      () => {
        throw new Error('no analytics');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no analytics'))],
  ])('that %s is a warning, and changes no flag', async (_how, callback) => {
    const client = await start(FmeClient, callback);
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
    await client.flush();
    expect(edge.eventsOf('ann')).toHaveLength(2);
    expect(logger.lines.filter((line) => /^warn: .*no analytics/.test(line))).toHaveLength(1);
  });

  test('that is no function is refused at start, by its name', async () => {
    const options = { accountId: 1, sdkKey: 'k', integrations: { callback: 'log' } };
    expect(() => new FmeClient(options as unknown as FmeClientOptions)).toThrow(/`integrations\.callback`/);
  });
});
