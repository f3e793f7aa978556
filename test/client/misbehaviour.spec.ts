import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MemoryStorage, type StoredDecisions, type VwoClient, VwoStorage } from '../../lib/index.js';
import { FmeClient } from '../../lib/fme/index.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { until } from '../common/waiting.js';
import { clientOf, listening, shopSettings } from './client.fixture.js';
import { closeStarted, orderSettings, orderSettingsFile, PRODUCTS, startedOn } from './products.fixture.js';

let edge: VwoEdge;
let client: VwoClient | undefined;
beforeEach(async () => {
  edge = await VwoEdge.start({ settings: shopSettings(), settingsFile: orderSettingsFile() });
});
afterEach(async () => {
  await client?.close();
  await closeStarted();
  await edge.close();
});

/** Answers every read with the same. */
class Answering extends VwoStorage {
  constructor(private readonly answer: object) {
    super();
  }

  override load(): StoredDecisions {
    return this.answer as StoredDecisions;
  }

  override save(): void {}

  override forget(): Promise<void> {
    return Promise.resolve();
  }
}

const failing = (): never => {
  throw new Error('cannot be read');
};

describe('what an application hands in harms neither process nor request', () => {
  test('a listener of changes that rejects is counted', async () => {
    const rejected = jest.fn();
    process.on('unhandledRejection', rejected);
    client = await clientOf(edge);
    const ends = client.onChange(() => Promise.reject(new Error('listener')) as unknown as void);
    edge.setSettings(orderSettings());
    await client.refresh();
    await until(() => client?.counters().hookFailures === 1);
    ends();
    process.off('unhandledRejection', rejected);
    expect(rejected).not.toHaveBeenCalled();
  });

  test('a logger that throws is counted', async () => {
    client = await clientOf(edge, { logger: { error: failing, warn: failing, log: failing } });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('unheard-of').isEnabled()).toBe(false);
    expect(client.counters().hookFailures).toBeGreaterThan(0);
  });

  test('a storage whose records throw when they are read decides anew, and counts', async () => {
    client = await clientOf(edge, { storage: new Answering({ get: failing }) });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('checkout').isEnabled()).toBe(true);
    await visit.end();
    expect(client.counters().storageRecordsRefused).toBe(1);
  });

  test('a storage that answers with `get` alone is used as it is', async () => {
    const logger = listening();
    client = await clientOf(edge, { storage: new Answering({ get: () => undefined }), logger });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('checkout').isEnabled()).toBe(true);
    await visit.end();
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  test.each([
    ['give no list', () => 5],
    ['throw', failing],
  ])('a storage whose `keys` %s ends its visits all the same', async (_what, keys) => {
    const logger = listening();
    client = await clientOf(edge, { storage: new Answering({ get: () => undefined, keys }), logger });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('checkout').isEnabled()).toBe(true);
    await expect(visit.end()).resolves.toBeUndefined();
    expect(client.counters().storageWrites).toBe(1);
    expect(logger.lines).toContainEqual(
      expect.stringMatching(/^warn: Records of features that are gone were not looked for: /),
    );
  });

  test('the name of an attribute is not repeated at any length when it cannot be sent', async () => {
    const logger = listening();
    client = await clientOf(edge, { logger });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.setAttribute({ fine: 1, ['x'.repeat(300)]: {} as never })).toBe(false);
    expect(logger.lines).toContainEqual(expect.stringContaining(`\`${'x'.repeat(255)}\` is an object`));
    expect(visit.setAttribute({ one: 1 })).toBe(true);
  });

  test.each(PRODUCTS)('$name: attributes that are none are not sent, and never throw', async (product) => {
    edge.setSettings(orderSettings());
    const its = await startedOn(edge, product);
    const visit = await its.visit({ id: 'ann' });
    for (const none of [undefined, null, 5, 'plan', []]) {
      expect(visit.setAttribute(none as unknown as { plan: string })).toBe(false);
      expect(its.setAttribute({ id: 'ann' }, none as unknown as { plan: string })).toBe(false);
    }
  });
});

test('a client that is started after it was closed opens nothing, which nobody would close', async () => {
  const opened = jest.spyOn(MemoryStorage.prototype, 'open');
  const late = new FmeClient({ accountId: 1, sdkKey: 'key', baseUrl: edge.url, logger: listening() });
  await late.close();
  await late.start();
  expect(opened).not.toHaveBeenCalled();
  opened.mockRestore();
});
