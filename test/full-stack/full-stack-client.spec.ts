import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  FullStackClient,
  type FullStackClientOptions,
  type FullStackTrackOptions,
} from '../../lib/entries/full-stack.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { type Said, listening } from '../client/client.fixture.js';
import { MovedClock } from '../common/moved-clock.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';

describe('FullStackClient', () => {
  let edge: VwoEdge;
  let logger: Said;
  const clients: FullStackClient[] = [];

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile: shopSettingsFile() });
    logger = listening();
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await edge.close();
  });

  async function started(options: Partial<FullStackClientOptions> = {}): Promise<FullStackClient> {
    const client = await fullStackClient(edge, { logger, ...options });
    clients.push(client);
    return client;
  }

  const warnings = (about: string) => logger.lines.filter((line) => line.startsWith('warn') && line.includes(about));

  describe('flags', () => {
    it('an A/B test is on where a variation was given, and says which', async () => {
      const visit = await visitOf(await started(), 'ann');
      const flag = visit.flag('checkout-test');
      expect(flag.isEnabled()).toBe(true);
      expect(flag.variation).toEqual({
        id: flag.variation?.key === 'Control' ? 1 : 2,
        key: expect.stringMatching(/^(Control|Variation-1)$/),
        campaignId: 1,
        campaignKey: 'checkout-test',
      });
      expect(flag.getVariable('button', 'blue')).toBe('blue');
      expect(visit.flag('closed')).toMatchObject({ variation: undefined, source: 'none' });
      expect(visit.flag('paused').isEnabled()).toBe(false);
    });

    it('a rollout is on, with its variables in their types, false and empty ones too', async () => {
      const flag = (await visitOf(await started(), 'ann')).flag('banner');
      expect(flag.isEnabled()).toBe(true);
      expect(flag.getVariables().map(({ key, type, value }) => [key, type, value])).toEqual([
        ['text', 'string', 'Hello'],
        ['size', 'integer', 3],
        ['ratio', 'double', 0.5],
        ['on', 'boolean', false],
        ['layout', 'json', { columns: [1] }],
      ]);
      expect(flag.getVariable('on', true)).toBe(false);
      expect(flag.getVariable('none', 'default')).toBe('default');
    });

    it('JSON variables cannot be changed under another user', async () => {
      const client = await started();
      const layout = (await visitOf(client, 'ann')).flag('banner').getVariable('layout', { columns: [0] });
      expect(() => layout.columns.push(2)).toThrow(TypeError);
      expect((await visitOf(client, 'bob')).flag('banner').getVariable('layout', {})).toEqual({ columns: [1] });
    });

    it('a feature test has the variables of its variation; where the feature is off in it, those of the control', async () => {
      const client = await started();
      for (const id of ['ann', 'bob', 'cid', 'dan', 'eve']) {
        const flag = (await visitOf(client, id)).flag('pricing');
        const half = flag.variation?.key === 'Half';
        expect(flag.isEnabled()).toBe(true);
        expect([flag.getVariable('discount', -1), flag.getVariable('label', '-')]).toEqual(
          half ? [50, 'half'] : [0, ''],
        );
      }
      const file = JSON.parse(JSON.stringify(shopSettingsFile()));
      const off = file.campaigns[2].variations[1];
      Object.assign(off, { isFeatureEnabled: false, weight: 100 });
      file.campaigns[2].variations[0].weight = 0;
      edge.setSettingsFile(file);
      await client.refresh();
      const flag = (await visitOf(client, 'somebody-new')).flag('pricing');
      expect([flag.isEnabled(), flag.variation?.key, flag.getVariable('discount', -1)]).toEqual([false, 'Half', 0]);
    });

    it('a key that no campaign has is off, and is told once', async () => {
      const client = await started();
      for (const id of ['ann', 'bob']) expect((await visitOf(client, id)).flag('chekout').isEnabled()).toBe(false);
      expect(warnings('chekout')).toHaveLength(1);
    });

    it('see custom variables, and keep metaData in the record; odd ones cost nothing', async () => {
      const gold = visualAb('gold', { when: { plan: 'gold' } });
      edge.setSettingsFile(fullStackSettings({ campaigns: [gold] }));
      const client = await started();
      const on = await visitOf(client, { id: 'ann', customVariables: { plan: 'gold' }, metaData: { shop: 'north' } });
      const off = await visitOf(client, { id: 'bob', customVariables: null as unknown as Record<string, unknown> });
      expect([on.flag('gold').isEnabled(), off.flag('gold').isEnabled()]).toEqual([true, false]);
      await on.end();
      expect((await client.storedDecisions('ann')).get('gold')).toMatchObject({ metaData: { shop: 'north' } });
    });

    it('see variation targeting variables', async () => {
      const file = JSON.parse(JSON.stringify(fullStackSettings({ campaigns: [visualAb('a', {})] })));
      file.campaigns[0].isForcedVariationEnabled = true;
      file.campaigns[0].variations[1].segments = { or: [{ custom_variable: { tester: 'yes' } }] };
      file.campaigns[0].variations[1].weight = 0;
      file.campaigns[0].variations[0].weight = 100;
      edge.setSettingsFile(file);
      const client = await started();
      const tester = await visitOf(client, { id: 'ann', variationTargetingVariables: { tester: 'yes' } });
      expect(tester.flag('a').variation?.key).toBe('Variation-1');
      expect((await visitOf(client, 'ann')).flag('a').variation?.key).toBe('Control');
    });

    it('are off without a user, with an id that is none, and without settings', async () => {
      const client = await started();
      expect((await client.visit(undefined)).flag('banner').isEnabled()).toBe(false);
      expect((await client.visit({ id: '' })).flag('banner').isEnabled()).toBe(false);
      edge.fail('settings', { kind: 'silence' });
      const early = new FullStackClient({ accountId: 1, sdkKey: 'x', baseUrl: edge.url, logger, startTimeout: 5 });
      clients.push(early);
      await early.start();
      const visit = await early.visit({ id: 'ann' });
      expect(visit.flag('banner').isEnabled()).toBe(false);
      expect(visit.track('bought')).toBe(false);
    });

    it('read late, after the end, are saved and sent all the same', async () => {
      const client = await started();
      const visit = await visitOf(client, 'ann');
      await visit.end();
      visit.flag('checkout-test');
      visit.track('bought', { campaigns: 'checkout-test' });
      await visit.end();
      await client.flush();
      expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['track-user', 'track-goal']);
      expect((await client.storedDecisions('ann')).get('checkout-test')).toMatchObject({ goalIdentifier: 'bought' });
    });
  });

  it('a goal that comes after the visit has ended is added to the record that the visit stored', async () => {
    const client = await started();
    const visit = await visitOf(client, 'ann');
    visit.flag('checkout-test');
    await visit.end();
    visit.track('bought', { campaigns: 'checkout-test' });
    await visit.end();
    visit.track('signed-up', { campaigns: 'checkout-test' });
    await visit.end();
    const stored = (await client.storedDecisions('ann')).get('checkout-test');
    expect(stored?.goalIdentifier).toBe('bought_vwo_signed-up');
  });

  describe("with preload: 'declared'", () => {
    it('loads what was declared and what decides with it, and no more', async () => {
      const campaigns = ['one', 'two', 'three'].map((key) => visualAb(key));
      const groups = [{ name: 'exclusive', campaigns: ['one', 'two'] }];
      edge.setSettingsFile(fullStackSettings({ campaigns, groups }));
      const storage = new MemoryStorage();
      const load = jest.spyOn(storage, 'load');
      const client = await started({ storage, preload: 'declared' });
      const visit = await client.visit({ id: 'ann' }, ['one', 'unknown']);
      expect(load).toHaveBeenCalledWith('ann', ['one', 'two'], 'keys');
      visit.flag('one');
      expect(() => visit.flag('three')).toThrow(/@UseFlags\('three'\)/);
    });

    it('tracks no goal blindly: a campaign that was not declared is told', async () => {
      const client = await started({ preload: 'declared' });
      const visit = await client.visit({ id: 'ann' }, ['banner']);
      expect(visit.track('bought')).toBe(false);
      expect(warnings('not declared')).toHaveLength(1);
    });

    it('tracks goals of campaigns that are declared later', async () => {
      const client = await started({ preload: 'declared' });
      const visit = await client.visit({ id: 'ann' }, ['banner']);
      await visit.declare?.(['checkout-test']);
      visit.flag('checkout-test');
      expect(visit.track('bought', { campaigns: 'checkout-test' })).toBe(true);
    });
  });

  describe('track', () => {
    it('takes a goal that no campaign has for a mistake, and says so once', async () => {
      const visit = await visitOf(await started(), 'ann');
      expect([visit.track('baught'), visit.track('baught')]).toEqual([false, false]);
      expect(warnings('baught')).toHaveLength(1);
    });

    it.each([[null], [{ campaigns: 5 }], [{ revenue: 'much' }], [{ properties: [] }]])(
      'never throws, whatever it is given: %j',
      async (options) => {
        const visit = await visitOf(await started(), 'ann');
        visit.flag('checkout-test');
        expect(visit.track('bought', options as unknown as FullStackTrackOptions)).toBe(true);
        expect(warnings('It was left out')).toHaveLength(options === null ? 0 : 1);
      },
    );

    it('names an option that it does not know, and tracks', async () => {
      const visit = await visitOf(await started(), 'ann');
      visit.flag('checkout-test');
      expect(visit.track('bought', { price: 5, campaigns: 'checkout-test' })).toBe(true);
      expect(warnings('`price` must be one of campaigns, revenue, properties')).toHaveLength(1);
    });

    it('needs a revenue for a goal with revenue, and says what the SDK says', async () => {
      const visit = await visitOf(await started(), 'ann');
      visit.flag('checkout-test');
      expect(visit.track('paid')).toBe(false);
      expect(warnings('vwo-node-sdk:')).toHaveLength(1);
      expect(visit.track('paid', { revenue: 5 })).toBe(true);
    });

    it('tracks only goals of one type where that is asked for', async () => {
      const visit = await visitOf(await started({ goalTypeToTrack: 'REVENUE_TRACKING' }), 'ann');
      visit.flag('checkout-test');
      expect([visit.track('bought'), visit.track('paid', { revenue: 5 })]).toEqual([false, true]);
    });

    it('outside a visit reads the records first, and close waits for it', async () => {
      const client = await started();
      const visit = await visitOf(client, 'ann');
      visit.flag('checkout-test');
      await visit.end();
      expect([client.track({ id: 'ann' }, 'bought'), client.track({ id: 'ann' }, 'unknown')]).toEqual([true, false]);
      await client.close();
      expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['track-user', 'track-goal']);
    });
  });

  describe('tags', () => {
    it('are pushed, in a visit and outside', async () => {
      const client = await started();
      const visit = await visitOf(client, 'ann');
      expect(visit.setAttribute({ plan: 'gold', age: 40 })).toBe(true);
      expect(client.push({ id: 'ann' }, { plan: 'silver' })).toBe(true);
      await visit.end();
      await client.flush();
      const tags = edge.eventsOf('ann').map(({ attributes }) => attributes);
      expect(tags).toEqual(expect.arrayContaining([{ plan: 'gold' }, { age: '40' }, { plan: 'silver' }]));
    });

    it.each([[{}], [{ plan: undefined }], [{ plan: 'x'.repeat(256) }], [{ ['k'.repeat(256)]: 'x' }]])(
      'that VWO cannot take are refused and told: %#',
      async (tags) => {
        const visit = await visitOf(await started(), 'ann');
        expect(visit.setAttribute(tags as Record<string, string>)).toBe(false);
        expect(warnings('Tags were not sent')).toHaveLength(1);
      },
    );
  });

  describe('settings', () => {
    it.each([
      ['a page', { kind: 'garbage' }],
      ['an error', { kind: 'status', status: 500 }],
      ['nothing', { kind: 'reset' }],
    ] as const)('that come as %s at a refresh leave the last good ones', async (_what, fault) => {
      const client = await started();
      edge.fail('settings', fault);
      await expect(client.refresh()).rejects.toThrow(/server-side\/settings/);
      expect((await visitOf(client, 'ann')).flag('checkout-test').isEnabled()).toBe(true);
      edge.heal();
      expect(await client.refresh()).toBe(false);
    });

    it.each([
      ['campaigns[0].variations[1].name: expected a string, got 5', { 'variations.1.name': 5 }],
      ['campaigns[0].percentTraffic: expected a number, got "all"', { percentTraffic: 'all' }],
    ])('that are wrong are refused, naming the place: %s', async (message, changes) => {
      const client = await started();
      const file = JSON.parse(JSON.stringify(shopSettingsFile()));
      for (const [path, value] of Object.entries(changes)) {
        const parts = path.split('.');
        const last = parts.pop() ?? '';
        parts.reduce((at, part) => at[part], file.campaigns[0])[last] = value;
      }
      edge.setSettingsFile(file);
      await expect(client.refresh()).rejects.toThrow(message);
      expect((await visitOf(client, 'ann')).flag('checkout-test').isEnabled()).toBe(true);
    });

    it('of another account are refused', async () => {
      const client = await started();
      edge.setSettingsFile(fullStackSettings({ accountId: 7 }));
      await expect(client.refresh()).rejects.toThrow('these are settings of account 7, not of 123456');
    });

    it('that VWO does not give in time: the start is bounded, flags come on when they arrive', async () => {
      edge.fail('settings', { kind: 'status', status: 503 }, { times: 1 });
      const client = await started({ startTimeout: 5_000 });
      expect((await visitOf(client, 'ann')).flag('banner').isEnabled()).toBe(true);
      edge.fail('settings', { kind: 'silence' });
      const strict = new FullStackClient({
        accountId: 123456,
        sdkKey: 'x',
        baseUrl: edge.url,
        logger,
        startTimeout: 5,
        onStartFailure: 'fail',
      });
      clients.push(strict);
      await expect(strict.start()).rejects.toThrow(/VWO Full Stack/);
    });

    it('are polled, and asked for as the SDK asks', async () => {
      const clock = new MovedClock();
      const client = await started({ clock, pollInterval: 60_000 });
      const [request] = edge.requests;
      expect(request?.path).toBe('/server-side/settings');
      expect(request?.query).toMatchObject({
        a: '123456',
        i: 'test-sdk-key',
        platform: 'server',
        sdk: 'vwo-node-sdk',
        'sdk-v': '1.73.0',
      });
      edge.setSettingsFile(fullStackSettings({ campaigns: [visualAb('new')] }));
      const changed = new Promise((resolve) => client.onChange(resolve));
      clock.move(60_000);
      expect(await changed).toMatchObject({ kind: 'settings', flagsChanged: expect.arrayContaining(['new']) });
      expect((await visitOf(client, 'ann')).flag('new').isEnabled()).toBe(true);
    });

    it('may be given, as an object or a file', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'full-stack-'));
      const path = join(directory, 'settings.json');
      await writeFile(path, JSON.stringify(shopSettingsFile()));
      const known = { accountId: 123456, sdkKey: 'test-sdk-key' };
      for (const given of [{ settingsFile: shopSettingsFile() }, { settingsFile: path, ...known }]) {
        const client = new FullStackClient({ ...given, baseUrl: edge.url, logger });
        clients.push(client);
        await client.start();
        expect((await visitOf(client, 'ann')).flag('banner').isEnabled()).toBe(true);
      }
      expect(edge.requests).toEqual([]);
      await rm(directory, { recursive: true });
    });

    it('with a campaign of an unknown type: that one is off and told, the others work', async () => {
      const file = JSON.parse(JSON.stringify(shopSettingsFile()));
      file.campaigns[1].type = 'HOLOGRAM';
      edge.setSettingsFile(file);
      const visit = await visitOf(await started(), 'ann');
      expect([visit.flag('banner').isEnabled(), visit.flag('checkout-test').isEnabled()]).toEqual([false, true]);
      expect(warnings('campaigns[1].type: "HOLOGRAM" is not known')).toHaveLength(1);
    });

    it('of an account without campaigns may send an object where a list is expected', async () => {
      edge.setSettingsFile({ ...fullStackSettings(), campaigns: {}, groups: [], campaignGroups: [] });
      expect((await visitOf(await started(), 'ann')).flag('banner').isEnabled()).toBe(false);
    });
  });

  describe('events', () => {
    it.each([false, true])('wait while VWO is away and arrive once each (event architecture: %s)', async (arch) => {
      edge.setSettingsFile(shopSettingsFile({ eventArchitecture: arch }));
      const clock = new MovedClock();
      const client = await started({ clock });
      edge.fail('events', { kind: 'status', status: 503 });
      const users = Array.from({ length: 25 }, (_, i) => `user-${i}`);
      for (const id of users) {
        const visit = await visitOf(client, id);
        visit.flag('banner');
        await visit.end();
      }
      expect(await client.flush()).toBe(false);
      edge.heal();
      expect(await client.flush()).toBe(true);
      for (const id of users) expect(edge.eventsOf(id)).toHaveLength(1);
      expect(client.counters()).toMatchObject({ eventsSent: 25, eventsDropped: 0 });
    });

    it('are bounded', async () => {
      edge.fail('events', { kind: 'status', status: 503 });
      const client = await started({ events: { maxQueue: 10, flushInterval: 60_000 }, closeTimeout: 5 });
      for (let i = 0; i < 25; i++) {
        const visit = await visitOf(client, `user-${i}`);
        visit.flag('banner');
        await visit.end();
      }
      expect(client.counters().eventsDropped).toBe(15);
    });

    it('are drained at the end', async () => {
      const client = await started({ events: { flushInterval: 60_000 } });
      const visit = await visitOf(client, 'ann');
      visit.flag('banner');
      void visit.end();
      await client.close();
      expect(edge.eventsOf('ann')).toHaveLength(1);
    });
  });

  it('forgets a user', async () => {
    const client = await started();
    const visit = await visitOf(client, 'ann');
    visit.flag('checkout-test');
    await visit.end();
    await client.forget('ann');
    expect((await client.storedDecisions('ann')).size).toBe(0);
  });

  it('a storage that hangs costs storageTimeout and no more, and what is decided is written where nothing is', async () => {
    const clock = new MovedClock();
    const storage = new MemoryStorage();
    const save = jest.spyOn(storage, 'save');
    const client = await started({ storage, clock, storageTimeout: 50 });
    jest.spyOn(storage, 'load').mockReturnValue(new Promise(() => undefined));
    const opening = visitOf(client, 'ann');
    clock.move(50);
    const visit = await opening;
    expect(visit.flag('checkout-test').source).toBe('rules');
    await visit.end();
    expect(save.mock.calls.map(([userId, changes]) => [userId, changes.map(({ replaces }) => replaces)])).toEqual([
      ['ann', [undefined]],
    ]);
    expect(client.counters().storageReadFailures).toBe(1);
  });
});
