import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type ModuleMetadata } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { VwoHealthIndicator } from '../../lib/entries/health.js';
import { Flag, MemoryStorage, VwoModule, type VwoModuleOptions, VwoService } from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { VwoTestingModule } from '../../lib/entries/testing.js';
import { eventually } from '../common/waiting.js';
import { closeApps, type NestApp, PLATFORMS, startApp } from '../e2e/nest-app.js';

const BROKEN = { kind: 'status', status: 503 } as const;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const SDK_KEY = 'an-sdk-key-that-nobody-may-see';

const settings = accountSettings({ version: 7, features: [feature('beta', [rollout()], { metrics: ['order'] })] });

class FailingStorage extends MemoryStorage {
  fails = false;

  override load(...asked: Parameters<MemoryStorage['load']>): ReturnType<MemoryStorage['load']> {
    if (this.fails) throw new Error(`no record of ${asked[0]} can be read`);
    return super.load(...asked);
  }
}

@Controller()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly vwo: VwoHealthIndicator,
    private readonly service: VwoService,
  ) {}

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([() => this.vwo.check('vwo')]);
  }

  @Get('strict')
  @HealthCheck()
  strict() {
    return this.health.check([() => this.vwo.check('vwo', { degraded: 'down' })]);
  }

  @Get('both')
  @HealthCheck()
  both() {
    return this.health.check([() => this.vwo.check('vwo'), () => this.vwo.check('second', { client: 'second' })]);
  }

  @Get('unknown')
  unknown() {
    return this.vwo.check('vwo', { client: 'nobody' });
  }

  @Get('beta')
  async beta(@Flag('beta') beta: { isEnabled(): boolean }) {
    this.service.track('order');
    await this.service.flush();
    return { on: beta.isEnabled() };
  }
}

let edge: VwoEdge;
let storage: FailingStorage;
beforeEach(async () => {
  edge = await VwoEdge.start({ settings });
  storage = new FailingStorage();
});
afterEach(async () => {
  edge.heal();
  await closeApps();
  await edge.close();
});

const account = (more: Partial<VwoModuleOptions> = {}): VwoModuleOptions => ({
  accountId: settings.accountId,
  sdkKey: SDK_KEY,
  baseUrl: edge.url,
  ...more,
});

const metadata = (...imports: NonNullable<ModuleMetadata['imports']>): ModuleMetadata => ({
  imports: [TerminusModule.forRoot({ logger: false }), ...imports],
  controllers: [HealthController],
  providers: [VwoHealthIndicator],
});

interface Health {
  readonly code: number;
  readonly status: string;
  readonly details: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function healthOf(nest: NestApp, path = '/health'): Promise<Health> {
  const response = await nest.get(path);
  const text = await response.text();
  expect(text).not.toContain(SDK_KEY);
  expect(text).not.toContain('ann');
  return { code: response.status, ...(JSON.parse(text) as Omit<Health, 'code'>) };
}

const settingsAre = { settingsVersion: 7, settingsFetchedAt: expect.stringMatching(ISO) };

describe.each(PLATFORMS)('the health of an account, by Terminus on %s', (platform) => {
  it('is up where all is well', async () => {
    const nest = await startApp(metadata(VwoModule.forRoot(account({ storage }))), { platform });
    expect(await healthOf(nest)).toMatchObject({
      code: 200,
      status: 'ok',
      details: { vwo: { status: 'up', ...settingsAre } },
    });
    expect((await healthOf(nest)).details['vwo']).not.toHaveProperty('away');
  });

  it('is down while there are no settings, and up once they come', async () => {
    edge.fail('settings', BROKEN);
    const nest = await startApp(metadata(VwoModule.forRoot(account({ startTimeout: 1 }))), { platform });
    expect(await healthOf(nest)).toEqual({
      code: 503,
      status: 'error',
      info: {},
      error: expect.anything(),
      details: {
        vwo: {
          status: 'down',
          message: expect.stringMatching(/^every flag is off: there are no settings since \d{4}-/),
          away: { settings: expect.stringMatching(ISO) },
        },
      },
    });
    edge.heal();
    await eventually(async () => (await healthOf(nest)).status === 'ok');
  });

  it('is degraded while the collector is away, says since when, and is up once it is back', async () => {
    const nest = await startApp(metadata(VwoModule.forRoot(account())), { platform });
    edge.fail('events', BROKEN);
    const before = Date.now();
    expect(await (await nest.get('/beta', 'ann')).json()).toEqual({ on: true });
    const { code, status, details } = await healthOf(nest);
    expect({ code, status }).toEqual({ code: 200, status: 'degraded' });
    expect(details['vwo']).toMatchObject({ status: 'degraded', ...settingsAre });
    const { events } = details['vwo']?.['away'] as { readonly events: string };
    expect(Date.parse(events)).toBeGreaterThanOrEqual(before);
    expect((await healthOf(nest, '/strict')).code).toBe(503);
    edge.heal();
    await nest.get('/beta', 'ann');
    expect(await healthOf(nest)).toMatchObject({ code: 200, status: 'ok' });
    expect((await healthOf(nest, '/strict')).code).toBe(200);
  });
});

describe('the health of an account', () => {
  it('is degraded while the storage fails, without the text of its error', async () => {
    const nest = await startApp(metadata(VwoModule.forRoot(account({ storage }))));
    storage.fails = true;
    await nest.get('/beta', 'ann');
    expect((await healthOf(nest)).details['vwo']).toEqual({
      status: 'degraded',
      ...settingsAre,
      away: { storage: expect.stringMatching(ISO) },
    });
    storage.fails = false;
    await nest.get('/beta', 'ann');
    expect((await healthOf(nest)).status).toBe('ok');
  });

  it('is degraded while VWO gives no settings any more', async () => {
    const nest = await startApp(metadata(VwoModule.forRoot(account())));
    edge.fail('settings', BROKEN);
    await nest.app
      .get(VwoService)
      .refresh()
      .catch(() => undefined);
    expect((await healthOf(nest)).details['vwo']).toMatchObject({
      status: 'degraded',
      away: { settings: expect.stringMatching(ISO) },
    });
    edge.heal();
    await nest.app.get(VwoService).refresh();
    expect((await healthOf(nest)).status).toBe('ok');
  });

  it('is told of each account', async () => {
    edge.fail('settings', BROKEN);
    const second = VwoModule.forRoot(account({ name: 'second', startTimeout: 1 }));
    const nest = await startApp(metadata(VwoModule.forRoot({ settings, events: false }), second));
    const { code, details } = await healthOf(nest, '/both');
    expect(code).toBe(503);
    expect(details).toMatchObject({ vwo: { status: 'up' }, second: { status: 'down' } });
  });

  it('is up in a test of the application', async () => {
    const nest = await startApp(metadata(VwoTestingModule.forRoot({ flags: { beta: true } })));
    expect((await healthOf(nest)).status).toBe('ok');
  });

  it('is found where the module is not global', async () => {
    const nest = await startApp(metadata(VwoModule.forRoot(account({ isGlobal: false }))));
    expect((await healthOf(nest)).status).toBe('ok');
  });
});

describe('a wrong question', () => {
  const indicatorOf = async (): Promise<VwoHealthIndicator> => {
    const nest = await startApp(metadata(VwoModule.forRoot(account())));
    return nest.app.get(VwoHealthIndicator);
  };

  it('after an account that is not there says which there are', async () => {
    const indicator = await indicatorOf();
    expect(() => indicator.check('vwo', { client: 'nobody' })).toThrow(
      'There is no VwoModule with the name "nobody": give one the option `name`. There is: without a name',
    );
  });

  it.each([
    [{ degraded: 'off' }, "`degraded` must be 'up' or 'down', got \"off\""],
    [{ clients: 'x' }, '`VwoHealthIndicator.check(key, options)` has no option `clients`, did you mean `client`?'],
  ])('with the options %j is refused', async (options, message) => {
    const indicator = await indicatorOf();
    expect(() => indicator.check('vwo', options as never)).toThrow(message);
  });
});

it('Terminus 12 knows degraded: where it no longer does, degraded is shown as with Terminus 11', () => {
  expect(new HealthIndicatorService().check('x')).toHaveProperty('degraded');
});
