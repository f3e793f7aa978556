import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type ModuleMetadata,
  type OnModuleInit,
  Query,
  UseGuards,
} from '@nestjs/common';
import { type EvaluationContext, OpenFeature } from '@openfeature/server-sdk';
import {
  Flag,
  getVwoToken,
  MemoryStorage,
  UseFlags,
  VwoModule,
  type VwoModuleOptions,
  type VwoFlag,
  VwoService,
} from '../../lib/index.js';
import { abTest, accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { vwoUserOf, VwoOpenFeatureProvider } from '../../lib/entries/openfeature.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import { VwoTestingFlags, VwoTestingModule } from '../../lib/entries/testing.js';
import { closeApps, type NestApp, PLATFORMS, startApp } from '../e2e/nest-app.js';
import { resetOpenFeature } from './of.fixture.js';

const settings = accountSettings({
  features: [
    feature('checkout', [abTest({ variations: [{ name: 'fast' }, { name: 'slow' }] })], { metrics: ['order'] }),
    feature('gold', [rollout({ when: { plan: 'gold' }, variables: { percent: 10 } })]),
  ],
});

/** Counts how often a user's records are read and written. */
class CountingStorage extends MemoryStorage {
  readonly calls: string[] = [];

  override load(...args: Parameters<MemoryStorage['load']>) {
    this.calls.push(`load ${args[0]}`);
    return super.load(...args);
  }

  override save(...args: Parameters<MemoryStorage['save']>) {
    this.calls.push(`save ${args[0]}`);
    return super.save(...args);
  }
}

/** As an application has it: the provider is set when the service is there. */
@Injectable()
class Features implements OnModuleInit {
  readonly client = OpenFeature.getClient();

  constructor(private readonly vwo: VwoService) {}

  async onModuleInit(): Promise<void> {
    await OpenFeature.setProviderAndWait(new VwoOpenFeatureProvider(this.vwo));
  }
}

@Injectable()
class NeedsGold implements CanActivate {
  canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<{ user?: { id: string } }>();
    const who: EvaluationContext = user ? { targetingKey: user.id, plan: user.id.split('-')[0] ?? '' } : {};
    return OpenFeature.getClient().getBooleanValue('gold', false, who);
  }
}

@Controller()
class Shop {
  constructor(
    private readonly vwo: VwoService,
    private readonly features: Features,
  ) {}

  @Get('checkout')
  async checkout(@Flag('checkout') flag: VwoFlag) {
    const { client } = this.features;
    await new Promise(setImmediate);
    const details = await client.getStringDetails('checkout', 'none');
    client.track('order', {}, { value: 5 });
    return {
      parameter: flag.variation?.key,
      service: this.vwo.flag('checkout').variation?.key,
      openFeature: details.value,
      reason: details.reason,
      of: details.flagMetadata['contextId'],
    };
  }

  @Get('only')
  only() {
    return this.features.client.getBooleanDetails('checkout', false);
  }

  @Get('prices')
  async prices() {
    const percents: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      percents.push(await this.features.client.getNumberValue('gold.percent', 0));
      await new Promise(setImmediate);
    }
    return { percents };
  }

  @Get('recommended')
  recommended(@Query('for') targetingKey: string) {
    return this.features.client.getStringDetails('checkout', 'none', { targetingKey });
  }

  @Get('gold')
  @UseGuards(NeedsGold)
  gold() {
    return { gold: true };
  }

  @Get('run')
  run(@Query('for') id: string) {
    return this.vwo.run({ id }, () => this.features.client.getStringDetails('checkout', 'none'));
  }
}

const userOf = (context: ExecutionContext) => {
  const id = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['x-user-id'];
  return id ? { id, customVariables: { plan: id.split('-')[0] } } : undefined;
};

let edge: VwoEdge;
let other: VwoEdge | undefined;
beforeAll(async () => void (edge = await VwoEdge.start({ settings })));
afterAll(() => edge.close());
afterEach(async () => {
  await closeApps();
  await resetOpenFeature();
  await other?.close();
  edge.clear();
});

const account = { accountId: 123456, sdkKey: 'test-sdk-key', storageTimeout: 5_000 };

const shop = (options: VwoModuleOptions = {}): ModuleMetadata => ({
  imports: [VwoModule.forRoot({ ...account, baseUrl: edge.url, user: userOf, ...options })],
  controllers: [Shop],
  providers: [Features],
});

const json = async ({ get }: NestApp, path: string, user?: string): Promise<Record<string, unknown>> =>
  (await (await get(path, user)).json()) as Record<string, unknown>;

/** What VWO was told of a user. */
async function toldOf({ app }: NestApp, user: string): Promise<string[]> {
  await app.get(VwoService).flush();
  return edge.eventsOf(user).map(({ name }) => name);
}

describe.each(PLATFORMS)('in an application on %s', (platform) => {
  it('@Flag, VwoService and OpenFeature read one visit: decided, sent and stored once', async () => {
    const storage = new CountingStorage();
    const app = await startApp(shop({ storage }), { platform });
    const first = await json(app, '/checkout', 'ann');
    expect(first).toMatchObject({
      openFeature: first['parameter'],
      service: first['parameter'],
      reason: 'SPLIT',
      of: 'ann',
    });
    expect(await toldOf(app, 'ann')).toEqual(['vwo_variationShown', 'order']);
    expect(storage.calls).toEqual(['load ann', 'save ann']);
    expect(await json(app, '/checkout', 'ann')).toEqual({ ...first, reason: 'CACHED' });
    expect(await toldOf(app, 'ann')).toEqual(['vwo_variationShown', 'order', 'order']);
  });

  it('flags that only OpenFeature reads are sent and stored with the request', async () => {
    const storage = new CountingStorage();
    const app = await startApp(shop({ storage }), { platform });
    expect(await json(app, '/only', 'ann')).toMatchObject({ value: true, reason: 'SPLIT' });
    expect(await toldOf(app, 'ann')).toEqual(['vwo_variationShown']);
    expect(storage.calls).toEqual(['load ann', 'save ann']);
  });

  it('users at the same time are never mixed up', async () => {
    const app = await startApp(shop(), { platform });
    const ids = Array.from({ length: 60 }, (_, i) => `${i % 3 === 0 ? 'gold' : 'free'}-${i}`);
    const answers = await Promise.all(
      ids.flatMap((id) => [json(app, '/prices', id), json(app, '/checkout', id), json(app, '/recommended?for=x', id)]),
    );
    const visit = async (id: string) => app.app.get(VwoService).visit({ id });
    const variationOfX = (await visit('x')).flag('checkout').variation?.key;
    for (const [i, id] of ids.entries()) {
      const [prices, checkout, recommended] = answers.slice(3 * i);
      const percent = id.startsWith('gold') ? 10 : 0;
      const variation = (await visit(id)).flag('checkout').variation?.key;
      expect(prices).toEqual({ percents: [percent, percent, percent] });
      expect(checkout).toMatchObject({ openFeature: variation, parameter: variation, of: id });
      expect(recommended).toMatchObject({ value: variationOfX, flagMetadata: { contextId: 'x' } });
    }
    expect(new Set(answers.map((answer) => answer['openFeature'])).size).toBe(3); // fast, slow, and those that are not asked
  });

  it('another user that is named has a visit of their own', async () => {
    const app = await startApp(shop(), { platform });
    expect(await json(app, '/recommended?for=bob', 'ann')).toMatchObject({ flagMetadata: { contextId: 'bob' } });
    expect(await json(app, '/recommended?for=ann', 'ann')).toMatchObject({ flagMetadata: { contextId: 'ann' } });
    expect(await json(app, '/run?for=carol', 'ann')).toMatchObject({ flagMetadata: { contextId: 'carol' } });
    expect(await toldOf(app, 'bob')).toEqual(['vwo_variationShown']);
  });

  it('nobody gets the default', async () => {
    const app = await startApp(shop(), { platform });
    expect(await json(app, '/only')).toMatchObject({ value: false, errorCode: 'TARGETING_KEY_MISSING' });
  });

  it('a guard, which runs before the visit is there, names the user', async () => {
    const app = await startApp(shop(), { platform });
    expect((await app.get('/gold', 'gold-ann')).status).toBe(200);
    expect((await app.get('/gold', 'free-bob')).status).toBe(403);
    expect((await app.get('/gold')).status).toBe(403);
  });
});

describe('an application', () => {
  it('closes its client itself: OpenFeature leaves it alone', async () => {
    const app = await startApp(shop());
    const { client } = app.app.get(VwoService);
    await OpenFeature.close();
    expect(client.isReady).toBe(true);
    await closeApps();
    expect(client.isReady).toBe(false);
  });

  it('whose options say who the user is by a context factory has its attributes in rules', async () => {
    const contextFactory = (context: ExecutionContext): Promise<EvaluationContext> =>
      Promise.resolve({ targetingKey: userOf(context)?.id ?? '', plan: 'gold' });
    const app = await startApp(shop({ user: async (context) => vwoUserOf(await contextFactory(context)) }));
    expect(await json(app, '/prices', 'ann')).toEqual({ percents: [10, 10, 10] });
  });

  it("reads flags that its handlers do not declare, with `preload: 'declared'`", async () => {
    const app = await startApp(shop({ preload: 'declared' }));
    expect(await json(app, '/only', 'ann')).toMatchObject({ value: true, reason: 'SPLIT' });
    expect(await json(app, '/only', 'ann')).toMatchObject({ value: true, reason: 'CACHED' });
  });

  it("reads them on VWO's own SDK, too", async () => {
    const app = await startApp({
      ...shop(),
      imports: [VwoModule.forRoot({ user: userOf, client: officialSdk({ ...account, baseUrl: edge.url }) })],
    });
    expect(await json(app, '/only', 'ann')).toMatchObject({ value: true, reason: 'SPLIT' });
    const checkout = await json(app, '/checkout', 'ann');
    expect(checkout['openFeature']).toBe(checkout['parameter']);
    expect(await toldOf(app, 'ann')).toEqual(['vwo_variationShown', 'order']);
  });

  it('of several accounts has a domain for each', async () => {
    const partnersEdge = (other = await VwoEdge.start({
      settings: accountSettings({
        accountId: 654321,
        features: [feature('rebate', [rollout({ variables: { percent: 7 } })])],
      }),
    }));
    @Controller()
    class Prices {
      @Get('both')
      @UseFlags(['rebate'], { client: 'partners' })
      async both() {
        const [ours, theirs] = [OpenFeature.getClient(), OpenFeature.getClient('partners')];
        return [await ours.getBooleanValue('checkout', false), await theirs.getNumberValue('rebate.percent', 0)];
      }
    }
    const named = {
      name: 'partners',
      accountId: 654321,
      sdkKey: 'k',
      baseUrl: partnersEdge.url,
      user: userOf,
      storageTimeout: 5_000,
    };
    const { imports = [], providers = [] } = shop();
    const app = await startApp({ imports: [...imports, VwoModule.forRoot(named)], controllers: [Prices], providers });
    const partners = app.app.get<VwoService>(getVwoToken('partners'));
    await OpenFeature.setProviderAndWait('partners', new VwoOpenFeatureProvider(partners));
    expect(await json(app, '/both', 'ann')).toEqual([true, 7]);
    await partners.flush();
    expect(partnersEdge.eventsOf('ann').map(({ name }) => name)).toEqual(['vwo_variationShown']);
  });

  it('under test reads the flags that the test sets', async () => {
    const flags = { checkout: { variation: 'slow' }, 'a.b': true } as const;
    const app = await startApp({ ...shop(), imports: [VwoTestingModule.forRoot({ flags })] });
    const header = { 'x-vwo-flags': 'checkout=fast' };
    const set = app.app.get(VwoTestingFlags);
    expect(await json(app, '/checkout', 'ann')).toMatchObject({ openFeature: 'slow', parameter: 'slow' });
    expect(await (await app.get('/checkout', 'ann', { headers: header })).json()).toMatchObject({
      openFeature: 'fast',
    });
    set.set('gold', { variables: { percent: 3 } });
    expect(await json(app, '/prices', 'ann')).toEqual({ percents: [3, 3, 3] });
    const client = OpenFeature.getClient();
    expect(await client.getBooleanValue('a.b', false, { targetingKey: 'ann' })).toBe(true);
    expect(await client.getBooleanDetails('unset.x', true, { targetingKey: 'ann' })).toMatchObject({
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(set.unset()).toEqual(['unset.x']);
  });
});
