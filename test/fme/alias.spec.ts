import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FmeClient, type FmeClientOptions, type VwoClient } from '../../lib/index.js';
import { SdkClient } from '../../lib/entries/sdk.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';
import { orderSettings } from '../client/products.fixture.js';

describe.each([
  ['FmeClient', FmeClient],
  ['SdkClient', SdkClient],
] as const)('setAlias of a %s', (_name, Client) => {
  let edge: VwoEdge;
  let client: VwoClient;
  const logger = listening();
  beforeEach(async () => {
    logger.lines.length = 0;
    edge = await VwoEdge.start({ settings: orderSettings() });
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  const start = async (options: Partial<FmeClientOptions> = {}): Promise<void> => {
    const account = { accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url, logger };
    client = new Client({ ...account, gateway: { url: edge.url, timeout: 2_000 }, ...options });
    await client.start();
  };
  const asked = () => edge.requests.filter(({ path }) => path === '/user-alias/setUserAlias');

  test("tells VWO's gateway another id of the user", async () => {
    await start();
    expect(await client.setAlias({ id: 'ann' }, 'ann-at-work')).toBe(true);
    const query = { userId: 'ann', aliasId: 'ann-at-work', accountId: '123456', sdkKey: 'test-sdk-key' };
    expect(asked()).toMatchObject([{ method: 'POST', query }]);
  });

  test('is false, and says why, without a gateway', async () => {
    await start({ gateway: undefined });
    expect(await client.setAlias({ id: 'ann' }, 'ann-at-work')).toBe(false);
    expect(asked()).toEqual([]);
    expect(logger.lines.filter((line) => /^warn: .*gateway/.test(line))).not.toEqual([]);
  });

  test('is false, and never rejects, where the gateway does not take it', async () => {
    await start();
    edge.fail('gateway', { kind: 'status', status: 500 });
    expect(await client.setAlias({ id: 'ann' }, 'ann-at-work')).toBe(false);
    expect(client.counters().gatewayFailures).toBe(1);
  });

  test.each([[''], ['   '], ['ann']])('is false without a call for what is no other id: %p', async (alias) => {
    await start();
    expect(await client.setAlias({ id: 'ann' }, alias)).toBe(false);
    expect(asked()).toEqual([]);
  });
});
