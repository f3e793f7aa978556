import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Post, UseGuards } from '@nestjs/common';
import { fullStack, FullStackClient, pushTags, Variation } from '../../lib/entries/full-stack.js';
import {
  connectorStorage,
  Flag,
  FlagEnabled,
  FlagVariable,
  MemoryStorage,
  RequireFlag,
  UseFlags,
  VwoClient,
  type VwoFlag,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
  type VwoStorage,
} from '../../lib/index.js';
import { featureRollout, featureTest, fullStackSettings, visualAb, VwoEdge } from '../../lib/entries/edge.js';
import { LoginGuard, type NestApp, PLATFORMS, startApp } from '../e2e/nest-app.js';
import { TIMEOUT_MS } from '../common/waiting.js';

const settingsFile = fullStackSettings({
  campaigns: [
    visualAb('checkout-test', {
      goals: ['bought', { identifier: 'paid', revenue: true }],
      variations: [{ name: 'Control' }, { name: 'Green', weight: 0, forcedFor: ['qa'] }],
    }),
    featureRollout('banner', { variables: { text: 'Hello', big: false } }),
    featureTest('pricing', { variations: [{ variables: { discount: 10 } }, { variables: { discount: 20 } }] }),
    featureRollout('beta', { percent: 0, forcedFor: ['qa'] }),
    visualAb('of-gold', { when: { plan: 'gold' } }),
  ],
});

@Injectable()
class Prices {
  constructor(private readonly vwo: VwoService) {}

  async discount(): Promise<number> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.vwo.variable('pricing', 'discount', 0);
  }
}

@Controller()
class Shop {
  constructor(
    private readonly prices: Prices,
    private readonly vwo: VwoService,
  ) {}

  @Get('checkout')
  checkout(
    @Flag('checkout-test') flag: VwoFlag,
    @Variation('checkout-test') variation: string | null,
    @FlagEnabled('banner') banner: boolean,
    @FlagVariable('banner', 'text', 'none') text: string,
    @FlagVariable('banner', 'big', true) big: boolean,
  ): object {
    return { enabled: flag.isEnabled(), variation, source: flag.source, banner, text, big };
  }

  @Get('nobody')
  nobody(@Variation('of-gold') variation: string | null): object {
    return { variation };
  }

  @Get('price')
  @UseFlags('pricing')
  async price(): Promise<object> {
    return { discount: await this.prices.discount() };
  }

  @Get('beta')
  @RequireFlag('beta')
  @UseGuards(LoginGuard)
  beta(): string {
    return 'welcome';
  }

  @Post('order')
  @UseFlags('checkout-test')
  order(): object {
    const tracked = this.vwo.track('paid', { campaigns: 'checkout-test', revenue: 12.5 });
    return { tracked, pushed: pushTags(this.vwo, { plan: 'gold' }) };
  }
}

describe.each(PLATFORMS)('Full Stack in an application on %s', (platform) => {
  let edge: VwoEdge;
  let running: NestApp | undefined;

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile });
  });

  afterEach(async () => {
    await running?.app.close();
    running = undefined;
    await edge.close();
  });

  async function start(options: Partial<VwoModuleOptions> = {}): Promise<NestApp> {
    const vwo = VwoModule.forRoot({
      client: fullStack({
        accountId: 123456,
        sdkKey: 'test-sdk-key',
        baseUrl: edge.url,
        storageTimeout: 2_000,
        events: { flushInterval: 5 },
      }),
      ...options,
    });
    return (running = await startApp({ imports: [vwo], controllers: [Shop], providers: [Prices] }, { platform }));
  }

  const json = async (answer: Promise<Response>): Promise<unknown> => (await answer).json();

  async function stored(storage: VwoStorage, userId: string): Promise<Record<string, unknown>> {
    return Object.fromEntries(await storage.load(userId, ['checkout-test', 'banner', 'pricing']));
  }

  it('activates, remembers, and shows variations and variables through the usual decorators', async () => {
    const storage = new MemoryStorage();
    const { get, app } = await start({ storage });
    const seen = { enabled: true, variation: 'Control', banner: true, text: 'Hello', big: false };
    expect(await json(get('/checkout', 'ann'))).toEqual({ ...seen, source: 'rules' });
    await edge.waitForEvents(2, TIMEOUT_MS);
    expect(await stored(storage, 'ann')).toEqual({
      'checkout-test': { userId: 'ann', campaignKey: 'checkout-test', variationName: 'Control' },
      banner: { userId: 'ann', campaignKey: 'banner', variationName: 'website' },
    });
    expect(await json(get('/checkout', 'ann'))).toEqual({ ...seen, source: 'storage' });
    expect(await json(get('/checkout', 'qa'))).toMatchObject({ variation: 'Green' });
    expect(await json(get('/nobody', 'ann'))).toEqual({ variation: null });
    await app.get(VwoService).flush();
    expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['track-user', 'track-user']);
  });

  it('lets singletons read flags deep down, after an await', async () => {
    const { get } = await start();
    const { discount } = (await json(get('/price', 'ann'))) as { discount: number };
    expect([10, 20]).toContain(discount);
  });

  it('opens gates', async () => {
    const { get } = await start();
    expect((await get('/beta', 'ann')).status).toBe(404);
    expect((await get('/beta', 'qa')).status).toBe(200);
  });

  it('tracks goals and pushes tags of the current user, and drains them at shutdown', async () => {
    const { get, app } = await start();
    await get('/checkout', 'ann');
    await edge.waitForEvents(2, TIMEOUT_MS);
    expect(await json(get('/order', 'ann', { method: 'POST' }))).toEqual({ tracked: true, pushed: true });
    expect(await json(get('/order', 'ann', { method: 'POST' }))).toEqual({ tracked: false, pushed: true });
    await app.close();
    expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual([
      'track-user',
      'track-user',
      'track-goal',
      'push',
      'push',
    ]);
    expect(edge.eventsOf('ann')[2]?.props).toEqual({ id: 1, variation: 1, goal: 102, revenue: 12.5 });
  });

  it('works in jobs, with run, and takes what the user resolver says', async () => {
    const { app, get } = await start({
      user: (context) => {
        const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
        const id = headers['x-user-id'];
        return id ? { id, customVariables: { plan: 'gold' } } : undefined;
      },
    });
    expect(await json(get('/nobody', 'ann', { headers: { 'user-agent': 'Probe/1', 'x-user-id': 'ann' } }))).toEqual({
      variation: expect.stringMatching(/Control|Variation-1/),
    });
    const [impression] = await edge.waitForEvents(1, TIMEOUT_MS);
    expect(impression?.raw).toMatchObject({ visitor_ua: 'Probe/1', visitor_ip: expect.stringContaining('127.0.0.1') });
    const vwo = app.get(VwoService);
    expect(await vwo.run({ id: 'qa' }, () => vwo.flag('checkout-test').variation?.key)).toBe('Green');
    expect(app.get(VwoClient)).toBeInstanceOf(FullStackClient);
  });

  it('takes an existing asynchronous userStorageService', async () => {
    const db = new Map<string, unknown>([
      ['ann/checkout-test', { userId: 'ann', campaignKey: 'checkout-test', variationName: 'Green' }],
    ]);
    const userStorageService = {
      get: (userId: string, campaignKey: string) => Promise.resolve(db.get(`${userId}/${campaignKey}`)),
      set: (data: Record<string, unknown>) => Promise.resolve(db.set(`${data['userId']}/${data['campaignKey']}`, data)),
    };
    const { get } = await start({ storage: connectorStorage(userStorageService, { order: 'user-first' }) });
    expect(await json(get('/checkout', 'ann'))).toMatchObject({ variation: 'Green', source: 'storage' });
    await edge.waitForEvents(1, TIMEOUT_MS);
    expect(db.get('ann/banner')).toEqual({ userId: 'ann', campaignKey: 'banner', variationName: 'website' });
  });
});
