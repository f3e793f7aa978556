import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { ACCOUNT, eventNames, recordsOf, SOON } from './account.js';
import { Application, byHeader, closeApplications, PLATFORMS } from './application.js';
import { eventually } from '../common/waiting.js';
import { fullStack, root, testing } from './package.js';

const { featureRollout, featureTest, fullStackSettings, visualAb } = testing;

/** Everybody is in Control of `checkout-test`, but `qa`, who is forced into Green; `closed` has nobody in it. */
const SETTINGS_FILE = fullStackSettings({
  campaigns: [
    visualAb('checkout-test', {
      goals: [{ identifier: 'order-placed', revenue: true }, 'signed-up', 'shared'],
      variations: [{ name: 'Control' }, { name: 'Green', weight: 0, forcedFor: ['qa'] }],
    }),
    featureRollout('new-search', { variables: { text: 'Hello', size: 0, big: false, layout: { columns: [1] } } }),
    featureTest('pricing', {
      goals: ['shared'],
      variations: [
        { name: 'Control', variables: { discount: 0 }, weight: 0 },
        { name: 'Half', variables: { discount: 50 } },
      ],
    }),
    visualAb('closed', { percent: 0 }),
    visualAb('of-gold', { when: { plan: 'gold' } }),
  ],
});

@Controller()
class ShopController {
  constructor(private readonly vwo: root.VwoService) {}

  @Get()
  home(
    @fullStack.Variation('checkout-test') variation: string | null,
    @root.Flag('new-search') flag: root.VwoFlag,
  ): object {
    return { variation, search: flag.isEnabled(), text: flag.getVariable('text', 'none') };
  }

  @Get('service')
  service(): object {
    const { variation, source } = this.vwo.flag('checkout-test');
    const [closed, gold] = ['closed', 'of-gold'].map((key) => this.vwo.flag(key).variation?.key ?? null);
    return {
      activate: variation?.key ?? null,
      source,
      closed,
      gold,
      enabled: this.vwo.isEnabled('new-search'),
      discount: this.vwo.variable('pricing', 'discount', -1),
      none: this.vwo.variable('pricing', 'none', -1),
    };
  }

  @Get('parameters')
  parameters(
    @root.FlagEnabled('new-search') on: boolean,
    @root.FlagVariable('new-search', 'size', 9) size: number,
    @root.FlagVariable('new-search', 'big', true) big: boolean,
    @fullStack.Variation('closed') closed: string | null,
    @root.Flag('new-search') flag: root.VwoFlag,
  ): object {
    const layout = flag.getVariable('layout', { columns: [0] });
    let isFrozen = false;
    try {
      layout.columns.push(2);
    } catch {
      isFrozen = true;
    }
    return { on, size, big, closed, layout, isFrozen };
  }

  @Get('gated')
  @root.RequireFlag('checkout-test', { variation: 'Green' })
  gated(): string {
    return 'in';
  }

  @Post('order')
  order(): object {
    const variation = this.vwo.flag('checkout-test').variation?.key;
    const tracked = this.vwo.track('order-placed', { campaigns: ['checkout-test'], revenue: 49.9 });
    const again = this.vwo.track('order-placed', { campaigns: ['checkout-test'], revenue: 49.9 });
    return { variation, tracked, again, pushed: this.vwo.push({ plan: 'gold' }) };
  }

  @Post('share')
  share(): object {
    this.vwo.flag('checkout-test');
    this.vwo.flag('pricing');
    return { tracked: [this.vwo.track('signed-up'), this.vwo.track('shared'), this.vwo.track('unknown')] };
  }
}

describe.each(PLATFORMS)('Full Stack on %s', (platform) => {
  let edge: testing.VwoEdge;
  beforeEach(async () => void (edge = await testing.VwoEdge.start({ settingsFile: SETTINGS_FILE })));
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  function shop(storage: root.VwoStorage = new root.MemoryStorage(), user: root.VwoUserResolver = byHeader) {
    const client = fullStack.fullStack({ ...ACCOUNT, baseUrl: edge.url, events: SOON, storageTimeout: 2_000 });
    const imports = [root.VwoModule.forRoot({ client, storage, user })];
    return Application.start({ imports, controllers: [ShopController] }, platform);
  }

  it('activates at the first read, and says variation and variables through the usual decorators', async () => {
    const app = await shop();
    expect(await app.json('/', 'ann')).toEqual({ variation: 'Control', search: true, text: 'Hello' });
    expect(await app.json('/', 'qa')).toMatchObject({ variation: 'Green' });
    expect(await app.json('/parameters', 'ann')).toEqual({
      on: true,
      size: 0,
      big: false,
      closed: null,
      layout: { columns: [1] },
      isFrozen: true,
    });
    expect([await app.get('/gated', 'qa'), (await app.get('/gated', 'ann')).status]).toEqual([
      { status: 200, body: 'in' },
      404,
    ]);
  });

  it('answers in services as the calls of the SDK did', async () => {
    const app = await shop();
    const first = {
      activate: 'Control',
      source: 'rules',
      closed: null,
      gold: null,
      enabled: true,
      discount: 50,
      none: -1,
    };
    expect(await app.json('/service', 'ann')).toEqual(first);
    const { body } = await app.get('/service', 'gina', { 'x-plan': 'gold' });
    expect(body).toMatchObject({ gold: expect.stringMatching(/Control|Variation-1/) });
    expect(await app.json('/service')).toMatchObject({ activate: null, source: 'none', enabled: false, discount: -1 });
  });

  it('sends the impression at the first read, once', async () => {
    const app = await shop();
    for (const _again of [1, 2]) {
      await app.json('/', 'ann');
      await eventually(async () => (await app.vwo.storedDecisions('ann')).size === 2, 'both records');
    }
    await app.vwo.flush();
    expect(eventNames(edge, 'ann')).toEqual(['track-user', 'track-user']);
  });

  it('stores what VWO documents, and stays with it', async () => {
    const storage = new root.MemoryStorage();
    const app = await shop(storage);
    await app.json('/service', 'ann');
    await eventually(async () => 'checkout-test' in (await recordsOf(storage, 'ann')), 'the record');
    const record = { userId: 'ann', campaignKey: 'checkout-test', variationName: 'Control' };
    expect((await recordsOf(storage, 'ann'))['checkout-test']).toEqual(record);
    expect(await app.json('/service', 'ann')).toMatchObject({ activate: 'Control', source: 'storage' });
  });

  it('tracks a goal once, with its revenue, in the visit that activated, and pushes tags', async () => {
    const storage = new root.MemoryStorage();
    const app = await shop(storage);
    const answer = { variation: 'Control', tracked: true, again: false, pushed: true };
    expect((await app.post('/order', 'ann')).body).toEqual(answer);
    await eventually(async () => 'checkout-test' in (await recordsOf(storage, 'ann')), 'the record');
    expect((await app.post('/order', 'ann')).body).toEqual({ ...answer, tracked: false });
    await app.vwo.flush();
    expect(eventNames(edge, 'ann').filter((name) => name !== 'push')).toEqual(['track-user', 'track-goal']);
    const goal = edge.eventsOf('ann').find(({ name }) => name === 'track-goal');
    expect(goal?.props).toEqual({ id: 1, variation: 1, goal: 101, revenue: 49.9 });
    expect(edge.eventsOf('ann').find(({ name }) => name === 'push')?.attributes).toEqual({ plan: 'gold' });
    expect((await recordsOf(storage, 'ann'))['checkout-test']).toMatchObject({ goalIdentifier: 'order-placed' });
  });

  it('without `campaigns` tracks in every campaign that has the goal, each with its own record', async () => {
    const app = await shop();
    expect((await app.post('/share', 'ann')).body).toEqual({ tracked: [true, true, false] });
    await eventually(async () => (await app.vwo.storedDecisions('ann')).size === 2, 'both records');
    const stored = await app.vwo.storedDecisions('ann');
    expect(stored.get('checkout-test')).toMatchObject({
      variationName: 'Control',
      goalIdentifier: 'signed-up_vwo_shared',
    });
    expect(stored.get('pricing')).toMatchObject({ variationName: 'Half', goalIdentifier: 'shared' });
    expect((await app.post('/share', 'ann')).body).toEqual({ tracked: [false, false, false] });
    await app.vwo.flush();
    const goals = edge.eventsOf('ann').filter(({ name }) => name === 'track-goal');
    expect(goals.map(({ props }) => props['goal']).sort()).toEqual([102, 103, 301]);
  });

  describe("with the storage service that was written for VWO's SDK", () => {
    class Service {
      readonly db = new Map<string, Record<string, unknown>>();
      get(userId: string, campaignKey: string): unknown {
        return this.db.get(`${userId}/${campaignKey}`);
      }
      set(data: Record<string, unknown>): unknown {
        return this.db.set(`${String(data['userId'])}/${String(data['campaignKey'])}`, data);
      }
    }
    class AsyncService extends Service {
      override async get(userId: string, campaignKey: string): Promise<unknown> {
        await new Promise((resolve) => setImmediate(resolve));
        return super.get(userId, campaignKey);
      }
      override async set(data: Record<string, unknown>): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        super.set(data);
      }
    }

    it.each([
      ['synchronous', new Service()],
      ['asynchronous', new AsyncService()],
    ])('what is stored stays usable, and new records are as before: %s', async (_how, service) => {
      service.set({
        userId: 'ann',
        campaignKey: 'checkout-test',
        variationName: 'Green',
        goalIdentifier: 'order-placed',
      });
      const app = await shop(root.connectorStorage(service, { order: 'user-first' }));
      expect(await app.json('/', 'ann')).toMatchObject({ variation: 'Green' });
      expect((await app.post('/order', 'ann')).body).toMatchObject({ tracked: false });
      await eventually(() => service.db.has('ann/new-search'), 'the record of new-search');
      expect(service.db.get('ann/new-search')).toEqual({
        userId: 'ann',
        campaignKey: 'new-search',
        variationName: 'website',
      });
    });

    it.each<[string, Record<string, unknown>]>([
      ['another user', { userId: 'bob', campaignKey: 'checkout-test', variationName: 'Green' }],
      ['another campaign', { userId: 'ann', campaignKey: 'pricing', variationName: 'Green' }],
      ['a variation that is gone', { userId: 'ann', campaignKey: 'checkout-test', variationName: 'Blue' }],
    ])('a record of %s does not decide', async (_whose, record) => {
      const service = { get: () => record, set: () => undefined };
      const app = await shop(root.connectorStorage(service, { order: 'user-first' }));
      expect(await app.json('/service', 'ann')).toMatchObject({ activate: 'Control', source: 'rules' });
    });
  });

  it('works in jobs', async () => {
    const { vwo } = await shop();
    expect(await vwo.run({ id: 'qa' }, () => vwo.flag('checkout-test').variation?.key)).toBe('Green');
    const gold = { id: 'ann', customVariables: { plan: 'gold' }, metaData: { shop: 'north' } };
    expect(await vwo.run(gold, () => vwo.isEnabled('of-gold'))).toBe(true);
    expect((await vwo.storedDecisions('ann')).get('of-gold')).toMatchObject({ metaData: { shop: 'north' } });
  });
});

describe('fullStack({ … })', () => {
  it('refuses what it does not know, at once', () => {
    const options = { ...ACCOUNT, pollingInterval: 60_000 };
    expect(() => fullStack.fullStack(options as never)).toThrow(/pollInterval/);
    expect(() => fullStack.fullStack({ ...ACCOUNT, userStorageService: {} } as never)).toThrow(/connectorStorage/);
  });
});
