import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MemoryStorage, type StoredDecisions, type VwoClient, VwoStorage } from '../../lib/index.js';
import { FmeClient } from '../../lib/fme/index.js';
import { FmeProduct } from '../../lib/fme/fme.product.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
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

describe.each(['all', 'declared'] as const)('a user whose values cannot be read, with preload: %s', (preload) => {
  /** Rules that ask VWO's gateway about the browser, and about a list. */
  const asking = () => {
    const settings = structuredClone(
      accountSettings({ features: [feature('browser', [rollout()]), feature('list', [rollout()])] }),
    );
    const segments = [{ or: [{ browser_string: 'Lynx' }] }, { or: [{ custom_variable: { plan: 'inlist(gold)' } }] }];
    settings.campaigns.forEach((campaign, i) => Object.assign(campaign.variations[0]!, { segments: segments[i] }));
    return settings;
  };
  class Variables {
    constructor() {
      Object.defineProperty(this, 'plan', { enumerable: true, get: failing });
    }
  }

  test.each([
    ['a user agent that is no text', { userAgent: Object.create(null) as string }],
    ['an IP address that is no text', { ipAddress: Object.create(null) as string }],
    ['variables that throw', { customVariables: new Variables() as object as { plan: string } }],
  ])('has flags that are off: %s', async (_what, values) => {
    const gateway = { url: edge.url };
    client = new FmeClient({ settings: asking(), sdkKey: 'key', preload, events: false, gateway, logger: listening() });
    await client.start();
    const visit = await client.visit({ id: 'ann', ...values }, ['browser']);
    await visit.declare?.(['list']);
    expect([visit.flag('browser').isEnabled(), visit.flag('list').isEnabled()]).toEqual([false, false]);
    await visit.end();
  });
});

test.each(['all', 'declared'] as const)(
  'a product that fails before a visit costs its flags, with one warning; preload: %s',
  async (preload) => {
    const logger = listening();
    client = await clientOf(edge, { preload, logger });
    const open = await client.visit({ id: 'bob' }, []);
    const plan = jest.spyOn(FmeProduct.prototype, 'plan').mockImplementation(failing);
    await open.declare?.(['checkout']);
    const visit = await client.visit({ id: 'ann' }, ['checkout']);
    plan.mockRestore();
    expect(visit.flag('checkout')).toMatchObject({ reason: 'nobody' });
    expect(open.flag('checkout').isEnabled()).toBe(preload === 'all');
    expect(logger.lines).toContain('warn: A visit could not be prepared: cannot be read. Its flags are off.');
  },
);

test('flags that are declared late are off for nobody, and before there are settings, with preload: declared', async () => {
  client = new FmeClient({ accountId: 1, sdkKey: 'key', baseUrl: edge.url, preload: 'declared', logger: listening() });
  for (const user of [undefined, { id: 'ann' }]) {
    const visit = await client.visit(user, ['early']);
    await visit.declare?.(['late']);
    expect(['early', 'late'].map((key) => visit.flag(key).reason)).toEqual(
      Array(2).fill(user ? 'no-settings' : 'nobody'),
    );
    expect(() => visit.flag('never')).toThrow('read but not declared');
  }
});

test('a client that is started after it was closed opens nothing, which nobody would close', async () => {
  const opened = jest.spyOn(MemoryStorage.prototype, 'open');
  const late = new FmeClient({ accountId: 1, sdkKey: 'key', baseUrl: edge.url, logger: listening() });
  await late.close();
  await late.start();
  expect(opened).not.toHaveBeenCalled();
  opened.mockRestore();
});
