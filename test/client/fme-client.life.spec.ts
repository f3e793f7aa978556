import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FmeClient, type FmeClientOptions } from '../../lib/fme/index.js';
import { MemoryStorage, type StorageScope, VwoStorage } from '../../lib/storage/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { buildLib, type BuiltLib } from '../common/child-process.js';
import { clientOf, listening, shopSettings } from './client.fixture.js';

describe('a client', () => {
  let edge: VwoEdge;
  const clients: FmeClient[] = [];

  beforeEach(async () => {
    edge = await VwoEdge.start({ settings: shopSettings() });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await edge.close();
  });

  async function started(options: Partial<FmeClientOptions> = {}): Promise<FmeClient> {
    const client = await clientOf(edge, options);
    clients.push(client);
    return client;
  }

  describe('that starts', () => {
    it('tells VWO so once, and not when the settings say that it knows', async () => {
      const first = await started();
      await first.start();
      await first.flush();
      expect(edge.events.filter(({ name }) => name === 'vwo_fmeSdkInit')).toHaveLength(1);

      edge.clear();
      edge.setSettings({ ...shopSettings(), sdkMetaInfo: { wasInitializedEarlier: true } });
      await (await started()).flush();
      expect(edge.events).toEqual([]);
    });

    it('without an answer: every flag is off, a warning says so, and flags work as soon as VWO answers', async () => {
      edge.fail('settings', { kind: 'status', status: 503 });
      const logger = listening();
      const client = await started({ startTimeout: 20, logger });
      expect((await client.visit({ id: 'ann' })).flag('banner').isEnabled()).toBe(false);
      expect(client.track({ id: 'ann' }, 'orderPlaced')).toBe(false);
      expect(logger.lines.filter((line) => !line.startsWith('log'))).not.toEqual([]);

      edge.heal();
      await client.refresh();
      expect((await client.visit({ id: 'ann' })).flag('banner').isEnabled()).toBe(true);
      await client.flush();
      expect(edge.events.filter(({ name }) => name === 'vwo_fmeSdkInit')).toHaveLength(1);
    });

    it("without an answer and with onStartFailure: 'fail' rejects, naming what to do", async () => {
      edge.fail('settings', { kind: 'status', status: 503 });
      const client = new FmeClient({
        accountId: 123456,
        sdkKey: 'k',
        baseUrl: edge.url,
        startTimeout: 20,
        onStartFailure: 'fail',
        logger: listening(),
      });
      clients.push(client);
      await expect(client.start()).rejects.toMatchObject({ code: 'VWO_START' });
    });

    it('takes settings from an object, or from a file that it reads again', async () => {
      const given = await started({ settings: shopSettings(), accountId: undefined, sdkKey: undefined });
      expect((await given.visit({ id: 'ann' })).flag('banner').isEnabled()).toBe(true);

      const folder = await mkdtemp(join(tmpdir(), 'vwo-'));
      const path = join(folder, 'settings.json');
      try {
        await writeFile(path, JSON.stringify(shopSettings()));
        const fromFile = await started({ settings: path });
        expect((await fromFile.visit({ id: 'ann' })).flag('banner').isEnabled()).toBe(true);
        await writeFile(path, JSON.stringify(accountSettings()));
        expect(await fromFile.refresh()).toBe(true);
        expect((await fromFile.visit({ id: 'ann' })).flag('banner').isEnabled()).toBe(false);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('tells its storage whose decisions it keeps, and never the SDK key', async () => {
      class Scoped extends MemoryStorage {
        readonly scopes: StorageScope[] = [];
        override open(scope: StorageScope): void {
          this.scopes.push(scope);
        }
      }
      const [one, two, named] = [new Scoped(), new Scoped(), new Scoped()];
      await started({ storage: one });
      await started({ storage: two, sdkKey: 'another-key' });
      await started({ storage: named, environment: 'staging' });
      expect(one.scopes).toEqual([{ accountId: '123456', environment: expect.stringMatching(/^[0-9a-f]{8}$/) }]);
      expect(two.scopes[0]?.environment).not.toBe(one.scopes[0]?.environment);
      expect(named.scopes[0]?.environment).toBe('staging');
    });
  });

  describe('events and attributes', () => {
    it('sends a custom event of a user with its properties, from a visit as well', async () => {
      const client = await started();
      expect(client.track({ id: 'ann' }, 'orderPlaced', { amount: 12.5 })).toBe(true);
      expect((await client.visit({ id: 'bob' })).track('orderPlaced')).toBe(true);
      await client.flush();
      expect(edge.eventsOf('ann')[0]).toMatchObject({ name: 'orderPlaced', props: { amount: 12.5 } });
      expect(edge.eventsOf('bob')[0]).toMatchObject({ name: 'orderPlaced' });
    });

    it('answers false to an event that the settings do not know, and warns once', async () => {
      const logger = listening();
      const client = await started({ logger });
      expect(client.track({ id: 'ann' }, 'orderPlacd')).toBe(false);
      expect(client.track({ id: 'bob' }, 'orderPlacd')).toBe(false);
      expect(logger.lines.filter((line) => line.includes('orderPlacd'))).toHaveLength(1);
      await client.flush();
      expect(edge.eventsOf('ann')).toEqual([]);
    });

    it('sends attributes, and refuses values that VWO cannot take', async () => {
      const logger = listening();
      const client = await started({ logger });
      expect(client.setAttribute({ id: 'ann' }, { plan: 'gold', age: 30, student: false })).toBe(true);
      expect(client.setAttribute({ id: 'ann' }, {})).toBe(false);
      expect(client.setAttribute({ id: 'ann' }, { tags: ['a'] } as never)).toBe(false);
      await client.flush();
      const sent = edge.eventsOf('ann').map(({ name, attributes }) => ({ name, attributes }));
      expect(sent).toEqual([
        { name: 'vwo_syncVisitorProp', attributes: expect.objectContaining({ plan: 'gold', age: 30, student: false }) },
      ]);
      expect(logger.lines.filter((line) => line.startsWith('warn: Attributes were not sent'))).toHaveLength(1);
    });

    it('in dev mode decides and stores, and VWO hears nothing', async () => {
      edge.setSettings({ ...shopSettings(), devMode: true });
      const client = await started();
      const dev = await client.visit({ id: 'dev', isDevMode: true });
      expect(dev.flag('banner').isEnabled()).toBe(true);
      expect(dev.track('orderPlaced')).toBe(true);
      expect(dev.setAttribute({ plan: 'gold' })).toBe(true);
      await dev.end();
      const other = await client.visit({ id: 'ann' });
      other.flag('banner');
      await other.end();
      await client.flush();
      expect(edge.eventsOf('dev')).toEqual([]);
      expect(edge.eventsOf('ann')).toHaveLength(1);
    });
  });

  describe('with a gateway', () => {
    const inDelhi = () => {
      const settings = accountSettings({
        features: [
          feature('local', [rollout({ segments: { and: [{ city: 'Delhi' }] } })]),
          feature('plain', [rollout()]),
        ],
      });
      return {
        ...settings,
        features: settings.features.map((each) => ({ ...each, isGatewayServiceRequired: each.key === 'local' })),
      };
    };

    it('asks once per visit and decides by what it says', async () => {
      edge.setSettings(inDelhi());
      edge.setLocation('203.0.113.7', { country: 'India', region: 'Delhi', city: 'Delhi' });
      edge.setLocation('203.0.113.8', { country: 'India', region: 'Goa', city: 'Panaji' });
      const client = await started({ gateway: { url: edge.url, timeout: 2_000 } });
      const visit = await client.visit({ id: 'ann', ipAddress: '203.0.113.7' });
      expect(visit.flag('local').isEnabled()).toBe(true);
      expect((await client.visit({ id: 'bob', ipAddress: '203.0.113.8' })).flag('local').isEnabled()).toBe(false);
      expect(edge.requests.filter(({ path }) => path === '/get-user-details')).toHaveLength(2);
    });

    it('keeps what was decided before, although it asks', async () => {
      edge.setSettings(inDelhi());
      edge.setLocation('203.0.113.7', { country: 'India', region: 'Delhi', city: 'Delhi' });
      const client = await started({ gateway: { url: edge.url, timeout: 2_000 } });
      const sources = [];
      for (let i = 0; i < 2; i++) {
        const visit = await client.visit({ id: 'ann', ipAddress: '203.0.113.7' });
        visit.flag('plain');
        visit.flag('local');
        await visit.end();
        sources.push(client.counters().storageWrites);
      }
      expect(sources).toEqual([1, 1]); // nothing new at the second visit
    });

    it('that is silent: such rules do not match, everything else works', async () => {
      edge.setSettings(inDelhi());
      edge.fail('gateway', { kind: 'silence' });
      const client = await started({ gateway: { url: edge.url, timeout: 20 } });
      const visit = await client.visit({ id: 'ann', ipAddress: '203.0.113.7' });
      expect(visit.flag('local').isEnabled()).toBe(false);
      expect(visit.flag('plain').isEnabled()).toBe(true);
      expect(client.counters().gatewayFailures).toBe(1);
    });

    it('is not asked when the settings need nothing of it', async () => {
      const client = await started({ gateway: { url: edge.url } });
      await client.visit({ id: 'ann', ipAddress: '203.0.113.7' });
      expect(edge.requests.filter(({ path }) => path === '/get-user-details')).toEqual([]);
    });
  });

  it('does not touch another client in the same process', async () => {
    const other = await VwoEdge.start({
      settings: accountSettings({ accountId: 777, features: [feature('other', [rollout()])] }),
    });
    try {
      const [mine, theirs] = [await started(), await clientOf(other, { accountId: 777 })];
      clients.push(theirs);
      const [here, there] = [await mine.visit({ id: 'ann' }), await theirs.visit({ id: 'ann' })];
      expect([here.flag('banner').isEnabled(), here.flag('other').isEnabled()]).toEqual([true, false]);
      expect([there.flag('banner').isEnabled(), there.flag('other').isEnabled()]).toEqual([false, true]);
      await Promise.all([here.end(), there.end()]);
      await theirs.close();
      expect((await mine.visit({ id: 'bob' })).flag('banner').isEnabled()).toBe(true);
      await mine.flush();
      expect(edge.eventsOf('ann').every(({ accountId }) => accountId === '123456')).toBe(true);
      expect(other.eventsOf('ann').every(({ accountId }) => accountId === '777')).toBe(true);
    } finally {
      await other.close();
    }
  });

  describe('that closes', () => {
    it('finishes writes and events that are under way, and closes the storage after them', async () => {
      const order: string[] = [];
      class Slow extends VwoStorage {
        load = () => Promise.resolve(new Map());
        save = async () => {
          for (let turns = 0; turns < 20; turns++) await turn();
          order.push('saved');
        };
        forget = () => Promise.resolve();
        override close = async () => void order.push('closed');
      }
      const client = await started({ storage: new Slow(), events: { flushInterval: 60_000 } });
      const visit = await client.visit({ id: 'ann' });
      visit.flag('checkout');
      void visit.end();
      await Promise.all([client.close(), client.close()]);
      expect(order).toEqual(['saved', 'closed']);
      expect(edge.eventsOf('ann')).toHaveLength(2);
    });

    it('is done in time although VWO and the storage are silent, and says what was lost', async () => {
      class Stuck extends VwoStorage {
        load = () => Promise.resolve(new Map());
        save = () => new Promise<void>(() => undefined);
        forget = () => Promise.resolve();
        override close = () => new Promise<void>(() => undefined);
      }
      const logger = listening();
      const client = await started({
        storage: new Stuck(),
        closeTimeout: 50,
        logger,
        events: { flushInterval: 60_000 },
      });
      const visit = await client.visit({ id: 'ann' });
      visit.flag('checkout');
      void visit.end();
      edge.fail('events', { kind: 'silence' });
      await client.close();
      expect(client.counters().eventsDropped).toBeGreaterThanOrEqual(2);
      expect(logger.lines.join('\n')).toMatch(/1 decisions of 1 users were not stored when the client closed/);
    });

    it('also closes a storage whose close throws', async () => {
      class Bad extends MemoryStorage {
        override close(): Promise<void> {
          throw new Error('no');
        }
      }
      const logger = listening();
      await (await started({ storage: new Bad(), logger })).close();
      expect(logger.lines).toContain('error: The storage did not close: no');
    });
  });

  describe('in a process of its own', () => {
    let lib: BuiltLib;
    beforeAll(async () => void (lib = await buildLib()));
    afterAll(() => lib.remove());

    it.each(['await client.close();', ''])('lets it end by itself, closed or not: %j', async (last) => {
      const ended = await lib.run(`
        const { FmeClient } = await import('lib/fme/index.js');
        const client = new FmeClient({ accountId: 123456, sdkKey: 'k', baseUrl: '${edge.url}' });
        await client.start();
        const visit = await client.visit({ id: 'ann' });
        console.log(visit.flag('banner').isEnabled());
        await visit.end();
        ${last}`);
      expect(ended).toEqual({ code: 0, out: 'true\n', error: '' });
    });
  });
});
