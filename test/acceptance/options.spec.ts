import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module, UseInterceptors } from '@nestjs/common';
import { ACCOUNT, eventNames, SETTINGS, troubles } from './account.js';
import { Application, byHeader, closeApplications, PLATFORMS, vwoModule } from './application.js';
import { TIMEOUT_MS, eventually } from '../common/waiting.js';
import { root, testing } from './package.js';

@Controller()
class ShopController {
  constructor(private readonly vwo: root.VwoService) {}

  @Get('parameter')
  parameter(@root.FlagEnabled('new-checkout') on: boolean): object {
    return { on };
  }

  @Get('service')
  service(): object {
    return { on: this.vwo.isEnabled('new-checkout') };
  }

  @Get('place')
  place(@root.FlagEnabled('at-home') on: boolean): object {
    return { on };
  }
}

@Controller('bound')
@UseInterceptors(root.VwoInterceptor)
class BoundController {
  constructor(private readonly vwo: root.VwoService) {}

  @Get()
  bound(): object {
    return { on: this.vwo.isEnabled('new-checkout') };
  }
}

describe('The options of VwoModule', () => {
  let edge: testing.VwoEdge;
  beforeEach(async () => void (edge = await testing.VwoEdge.start({ settings: SETTINGS })));
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  const shop = (options: root.VwoModuleOptions) =>
    Application.start({ imports: [vwoModule(options)], controllers: [ShopController] });
  const at = (options: Partial<root.VwoModuleOptions> = {}) => shop({ ...ACCOUNT, baseUrl: edge.url, ...options });

  it('`accountId` and `sdkKey` say whose settings and events these are', async () => {
    const expected = { accountId: '123456', sdkKey: 'live-key' };
    const strict = await testing.VwoEdge.start({ settings: SETTINGS, expect: expected });
    const app = await shop({ accountId: '123456', sdkKey: 'live-key', baseUrl: strict.url });
    expect(await app.json('/parameter', 'ann')).toEqual({ on: true });
    expect(await app.vwo.flush()).toBe(true);
    expect(strict.eventsOf('ann')[0]).toMatchObject({
      accountId: '123456',
      attributes: { vwo_fs_environment: 'live-key' },
    });
    await closeApplications();
    await strict.close();
  });

  it('`settings` may be an object of your own, or the path of a JSON file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vwo-acceptance-'));
    const file = join(directory, 'settings.json');
    await writeFile(file, JSON.stringify(SETTINGS));
    for (const settings of [SETTINGS, file]) {
      const app = await at({ settings });
      expect(await app.json('/parameter', 'ann')).toEqual({ on: true });
    }
    expect(edge.requests.filter(({ path }) => path.includes('settings'))).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('`eventsUrl` sends events elsewhere', async () => {
    const events = await testing.VwoEdge.start();
    const app = await at({ eventsUrl: events.url });
    await app.json('/parameter', 'ann');
    await app.vwo.flush();
    expect([eventNames(edge, 'ann').length, eventNames(events, 'ann').length]).toEqual([0, 2]);
    await closeApplications();
    await events.close();
  });

  it("`gateway` knows the user's place, agent and lists", async () => {
    const { accountSettings, feature, rollout } = testing;
    const segments = { and: [{ country: 'India' }] };
    edge.setSettings(accountSettings({ features: [feature('at-home', [rollout({ segments })])] }));
    edge.setLocation('127.0.0.1', { country: 'India' });
    const known = await at({ gateway: { url: edge.url, timeout: 2_000, cacheFor: 60_000 } });
    expect(await known.json('/place', 'ann')).toEqual({ on: true });
    const unknown = await at();
    expect(await unknown.json('/place', 'ann')).toEqual({ on: false });
  });

  it('`pollInterval` is how often settings are fetched', async () => {
    const app = await at({ pollInterval: 1_000 });
    expect(await app.json('/parameter', 'ann')).toEqual({ on: true });
    edge.setSettings(testing.accountSettings());
    await eventually(async () => (await app.json('/parameter', 'ann'))['on'] === false, 'the changed settings');
  });

  it('`startTimeout` bounds the start, and `onStartFailure` says whether the application starts then', async () => {
    edge.fail('settings', { kind: 'silence' });
    const app = await at({ startTimeout: 20, onStartFailure: 'continue', closeTimeout: 20 });
    expect(await app.json('/parameter', 'ann')).toEqual({ on: false });
    await expect(at({ startTimeout: 20, onStartFailure: 'fail', closeTimeout: 20 })).rejects.toThrow(/settings/i);
  });

  it('`events` says how many go at once, and how long one waits for company', async () => {
    const app = await at({ events: { batchSize: 2, flushInterval: 5, maxQueue: 100 } });
    await Promise.all(['ann', 'bob', 'cid'].map((user) => app.json('/parameter', user)));
    const shown = (events: readonly testing.ReceivedEvent[]) =>
      events.filter(({ name }) => name === 'vwo_variationShown');
    const events = shown(await edge.waitForEvents((all) => shown(all).length === 6, TIMEOUT_MS));
    const sizes = new Map<number | undefined, number>();
    for (const { batch } of events) sizes.set(batch, (sizes.get(batch) ?? 0) + 1);
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(2);
  });

  it('`maxQueue` bounds what waits: the oldest go, and are counted', async () => {
    const app = await at({ events: { flushInterval: 60_000, maxQueue: 2 } });
    await app.vwo.flush(); // what the start says
    const before = app.vwo.counters();
    const users = ['ann', 'bob', 'cid'];
    for (const user of users) await app.json('/parameter', user);
    expect(troubles(before, app.vwo.counters())).not.toEqual([]);
    await app.vwo.flush();
    expect(users.map((user) => edge.eventsOf(user).length)).toEqual([0, 0, 2]);
  });

  it('`closeTimeout` bounds the shutdown when VWO does not answer: what is left is given up and counted', async () => {
    const app = await at({ closeTimeout: 50 });
    const { vwo } = app;
    await vwo.flush();
    edge.fail('events', { kind: 'silence' });
    await app.json('/parameter', 'ann');
    const before = vwo.counters();
    await closeApplications();
    expect(troubles(before, vwo.counters())).not.toEqual([]);
  });

  it('`isGlobal` is on: every module finds VwoService; off: those that import VwoModule', async () => {
    @Injectable()
    class Deep {
      constructor(readonly vwo: root.VwoService) {}
    }
    @Module({ providers: [Deep] })
    class DeepModule {}
    const start = (isGlobal: boolean | undefined, imports: object[]) => {
      @Module({ imports: imports as never })
      class Importing {}
      const vwo = vwoModule({ ...ACCOUNT, baseUrl: edge.url, ...(isGlobal !== undefined && { isGlobal }) });
      return Application.start({ imports: [vwo, DeepModule, Importing] });
    };
    await start(undefined, []);
    await expect(start(false, [])).rejects.toThrow(/VwoService/);
    const vwo = vwoModule({ ...ACCOUNT, baseUrl: edge.url, isGlobal: false });
    @Module({ imports: [vwo], providers: [Deep] })
    class Importing {}
    const app = await Application.start({ imports: [vwo, Importing] });
    expect(
      await app.nest
        .get(Deep, { strict: false })
        .vwo.run({ id: 'ann' }, (visit) => visit.flag('new-checkout').isEnabled()),
    ).toBe(true);
  });

  it('`client` takes an instance, which you start and close, or a function that builds one', async () => {
    const logger = { error: () => undefined, warn: () => undefined, log: () => undefined };
    const own = new root.FmeClient({ ...ACCOUNT, baseUrl: edge.url, logger });
    await own.start();
    const app = await shop({ client: own });
    expect(await app.json('/parameter', 'ann')).toEqual({ on: true });
    await closeApplications();
    expect((await own.visit({ id: 'bob' })).flag('new-checkout').isEnabled()).toBe(true);
    await own.close();

    const storage = new root.MemoryStorage();
    const client: root.VwoClientFactory = (parts) =>
      new root.FmeClient({ ...ACCOUNT, baseUrl: edge.url, storage: parts.storage, logger: parts.logger });
    const built = await shop({ client, storage });
    expect(await built.json('/parameter', 'ann')).toEqual({ on: true });
    await eventually(async () => (await storage.load('ann', ['new-checkout'])).size === 1, 'the record');
  });

  describe.each(PLATFORMS)('`interceptor` on %s', (platform) => {
    it('is bound to every handler; without it, one is bound by hand or a guard opens the visit', async () => {
      const start = (options: Partial<root.VwoModuleOptions>) => {
        const imports = [vwoModule({ ...ACCOUNT, baseUrl: edge.url, ...options })];
        return Application.start({ imports, controllers: [ShopController, BoundController] }, platform);
      };
      const bound = await start({});
      expect(await bound.json('/service', 'ann')).toEqual({ on: true });
      const unbound = await start({ interceptor: false });
      expect((await unbound.get('/service', 'ann')).status).toBe(500);
      expect(unbound.lines.join('\n')).toContain('outside a visit');
      expect(await unbound.json('/bound', 'ann')).toEqual({ on: true });
    });

    it('is not needed where a guard opens the visit: parameters and its answer give the flags', async () => {
      @Injectable()
      class OpeningGuard {
        constructor(private readonly vwo: root.VwoService) {}
        async canActivate(context: Parameters<root.VwoService['open']>[0]): Promise<boolean> {
          return (await this.vwo.open(context)).flag('new-checkout').isEnabled();
        }
      }
      const imports = [vwoModule({ ...ACCOUNT, baseUrl: edge.url, interceptor: false })];
      const { APP_GUARD } = await import('@nestjs/core');
      const providers = [{ provide: APP_GUARD, useClass: OpeningGuard }];
      const app = await Application.start({ imports, controllers: [ShopController], providers }, platform);
      expect(await app.json('/parameter', 'ann')).toEqual({ on: true });
      expect((await app.get('/parameter')).status).toBe(403);
      await app.vwo.flush();
      await edge.waitForEvents(() => eventNames(edge, 'ann').length === 2, TIMEOUT_MS);
    });
  });

  describe('from a factory', () => {
    const isOn = async (vwo: ReturnType<typeof root.VwoModule.forRootAsync>): Promise<unknown> => {
      const app = await Application.start({ imports: [vwo], controllers: [ShopController] });
      return (await app.json('/parameter', 'ann'))['on'];
    };

    @Injectable()
    class Configuration implements root.VwoOptionsFactory {
      static url = '';
      createVwoOptions(): root.VwoOptions {
        return { ...ACCOUNT, baseUrl: Configuration.url };
      }
    }
    @Module({ providers: [Configuration], exports: [Configuration] })
    class ConfigurationModule {}
    beforeEach(() => void (Configuration.url = edge.url));

    it('come with useFactory, which is given what it injects', async () => {
      const vwo = root.VwoModule.forRootAsync({
        imports: [ConfigurationModule],
        inject: [Configuration],
        useFactory: async (configuration: Configuration) => configuration.createVwoOptions(),
        user: byHeader,
      });
      expect(await isOn(vwo)).toBe(true);
    });

    it('come with useClass', async () => {
      expect(await isOn(root.VwoModule.forRootAsync({ useClass: Configuration, user: byHeader }))).toBe(true);
    });

    it('come with useExisting', async () => {
      const imports = [ConfigurationModule];
      expect(await isOn(root.VwoModule.forRootAsync({ imports, useExisting: Configuration, user: byHeader }))).toBe(
        true,
      );
    });

    it('may hold `user` and `storage`, and what shapes the graph stands beside it', async () => {
      const storage = new root.MemoryStorage();
      const useFactory = () => ({ ...ACCOUNT, baseUrl: edge.url, user: byHeader, storage });
      const vwo = root.VwoModule.forRootAsync({ isGlobal: true, interceptor: false, useFactory });
      const app = await Application.start({ imports: [vwo], controllers: [ShopController] });
      expect(app.nest.get(root.VwoStorage)).toBe(storage);
      expect((await app.get('/service', 'ann')).status).toBe(500);
    });
  });

  it.each<[string, object, RegExp]>([
    ['sdkKey', { sdkKey: '' }, /`sdkKey`.*""/],
    ['accountId', { accountId: 'mine' }, /`accountId`.*"mine"/],
    ['settings', { settings: 5 }, /`settings`.*5/],
    ['user', { user: 'ann' }, /`user`.*"ann"/],
    ['storage', { storage: { get: () => null } }, /`storage`.*connectorStorage/],
    ['storageTimeout', { storageTimeout: 0 }, /`storageTimeout`.*0/],
    ['preload', { preload: 'some' }, /`preload`.*'declared'.*"some"/],
    ['baseUrl', { baseUrl: 'nowhere' }, /`baseUrl`.*"nowhere"/],
    ['eventsUrl', { eventsUrl: 'nowhere' }, /`eventsUrl`.*"nowhere"/],
    ['gateway', { gateway: { url: 'nowhere' } }, /`gateway\.url`.*"nowhere"/],
    ['pollInterval', { pollInterval: 60 }, /`pollInterval`.*1000.*60/],
    ['startTimeout', { startTimeout: -1 }, /`startTimeout`.*-1/],
    ['onStartFailure', { onStartFailure: 'stop' }, /`onStartFailure`.*'fail'.*"stop"/],
    ['events', { events: { batchSize: 0 } }, /`events\.batchSize`.*0/],
    ['closeTimeout', { closeTimeout: '5s' }, /`closeTimeout`.*"5s"/],
    ['isGlobal', { isGlobal: 'yes' }, /`isGlobal`.*"yes"/],
    ['interceptor', { interceptor: 1 }, /`interceptor`.*1/],
    ['client', { client: {} }, /`client`/],
    ['a misspelt one', { pollIntervall: 60_000 }, /`pollIntervall`.*`pollInterval`/],
  ])(
    'refuse at start what is wrong, naming the option, the rule and what came: %s',
    async (_option, wrong, message) => {
      const start = async () => at(wrong as Partial<root.VwoModuleOptions>);
      await expect(start()).rejects.toThrow(message);
      await expect(start()).rejects.toThrow(root.VwoError);
    },
  );
});
