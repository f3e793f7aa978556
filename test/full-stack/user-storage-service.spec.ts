import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { connectorStorage, type FullStackStorageConnector, type VwoStorageConnector } from '../../lib/storage/index.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';

type Data = Record<string, unknown>;

/** The storage service of VWO's page on synchronous and asynchronous storage. */
class CustomerStorageService {
  readonly db = new Map<string, Data>();

  get(userId: string, campaignKey: string): unknown {
    return this.db.get(JSON.stringify([userId, campaignKey]));
  }

  set(data: Data): unknown {
    return this.db.set(JSON.stringify([data['userId'], data['campaignKey']]), data);
  }
}

class SlowStorageService extends CustomerStorageService {
  override async get(userId: string, campaignKey: string): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    return super.get(userId, campaignKey);
  }

  override async set(data: Data): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    super.set(data);
  }
}

describe.each([
  ['synchronous', CustomerStorageService],
  ['asynchronous', SlowStorageService],
])("a userStorageService that was written for VWO's SDK, %s", (_how, Service) => {
  let edge: VwoEdge;
  let client: FullStackClient;
  let service: CustomerStorageService;

  beforeEach(async () => {
    service = new Service();
    edge = await VwoEdge.start({ settingsFile: shopSettingsFile() });
    client = await fullStackClient(edge, { storage: connectorStorage(service, { order: 'user-first' }) });
  });

  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  it('is asked once per campaign and visit, and its data stays usable', async () => {
    const get = jest.spyOn(service, 'get');
    service.set({ userId: 'ann', campaignKey: 'checkout-test', variationName: 'Control', goalIdentifier: 'bought' });
    const visit = await visitOf(client, 'ann');
    expect(visit.flag('checkout-test')).toMatchObject({ source: 'storage', variation: { key: 'Control' } });
    expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(false);
    const asked = get.mock.calls.map((args) => args.join(' ')).sort();
    expect(asked).toEqual(['ann banner', 'ann checkout-test', 'ann closed', 'ann paused', 'ann pricing']);
  });

  it("gets records in VWO's documented format and nothing more", async () => {
    const visit = await visitOf(client, 'ann');
    const variationName = visit.flag('checkout-test').variation?.key;
    visit.track('bought', { campaigns: 'checkout-test' });
    await visit.end();
    const later = await visitOf(client, 'ann');
    later.track('signed-up');
    await later.end();
    expect([...service.db.values()]).toEqual([
      { userId: 'ann', campaignKey: 'checkout-test', variationName, goalIdentifier: 'bought_vwo_signed-up' },
    ]);
  });
});

describe("connectorStorage with order 'user-first'", () => {
  it('hands the user over first; without it the key comes first', async () => {
    const asked: unknown[][] = [];
    const connector = { get: (...args: unknown[]) => void asked.push(args), set: () => undefined };
    await connectorStorage(connector as FullStackStorageConnector, { order: 'user-first' }).load('ann', ['test']);
    await connectorStorage(connector as VwoStorageConnector).load('ann', ['test']);
    expect(asked).toEqual([
      ['ann', 'test'],
      ['test', 'ann'],
    ]);
  });

  it('refuses what is no connector, and an order that there is not', () => {
    const connect = connectorStorage as (connector: unknown, options: unknown) => unknown;
    expect(() => connect({}, { order: 'user-first' })).toThrow('get(userId, campaignKey) and set(data)');
    const connector = new CustomerStorageService();
    expect(() => connect(connector, { order: 'user' })).toThrow("`order` must be 'key-first' or 'user-first'");
    expect(() => connect(connector, { ordr: 'user-first' })).toThrow('did you mean `order`?');
  });
});
