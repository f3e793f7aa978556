import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryStorage, type StoredDecisions, type VwoClient } from '../../lib/index.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { SDK_OPTIONS } from '../../lib/official-sdk/index.js';
import { listening } from '../client/client.fixture.js';
import { orderSettings } from '../client/products.fixture.js';
import { MovedClock } from '../common/moved-clock.js';

/** Answers a read when it is told to, and notes what was asked for. */
class Slow extends MemoryStorage {
  readonly reaches: (string | undefined)[] = [];
  answer = (): void => undefined;

  override load(...[userId, keys, reach]: Parameters<MemoryStorage['load']>): Promise<StoredDecisions> {
    this.reaches.push(reach);
    const answer = Promise.resolve(super.load(userId, keys, reach));
    return new Promise((resolve) => (this.answer = () => resolve(answer)));
  }
}

describe("officialSdk takes the module's value for an option that is explicitly undefined", () => {
  let edge: VwoEdge;
  let client: VwoClient;
  beforeEach(async () => void (edge = await VwoEdge.start({ settings: orderSettings() })));
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  const account = { accountId: 123456, sdkKey: 'test-sdk-key' };

  test('storageTimeout', async () => {
    const clock = new MovedClock();
    const storage = new Slow();
    const options = { baseUrl: edge.url, clock, storageTimeout: 2_000 };
    client = officialSdk({ ...account, storageTimeout: undefined })({ storage, logger: listening(), options });
    await client.start();
    const opening = client.visit({ id: 'ann' }, ['ab']);
    clock.move(100);
    await new Promise((resolve) => setImmediate(resolve));
    storage.answer();
    expect((await opening).flag('ab').isEnabled()).toBe(true);
    expect(client.counters()).toMatchObject({ storageReads: 1, storageReadFailures: 0 });
  });

  test('preload', async () => {
    const storage = new Slow();
    const options = { baseUrl: edge.url, preload: 'declared', storageTimeout: 2_000 } as const;
    client = officialSdk({ ...account, preload: undefined })({ storage, logger: listening(), options });
    await client.start();
    const opening = client.visit({ id: 'ann' }, ['ab']);
    storage.answer();
    await opening;
    expect(storage.reaches).toEqual(['keys']);
  });

  test('any other', async () => {
    const undefinedOptions = Object.fromEntries(
      SDK_OPTIONS.filter((name) => name !== 'storage' && name !== 'logger').map((name) => [name, undefined]),
    );
    const said = listening();
    const options = { baseUrl: edge.url, closeTimeout: 2_000, events: false } as const;
    client = officialSdk({ ...undefinedOptions, ...account })({ storage: new MemoryStorage(), logger: said, options });
    await client.start();
    const visit = await client.visit({ id: 'ann' }, ['ab']);
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
    await client.flush();
    expect(edge.events).toEqual([]); // `events: false` of the module
    expect(said.lines.filter((line) => !line.startsWith('log'))).toEqual([]);
  });
});
