import { describe, it, expect, beforeAll, afterAll, afterEach } from '@jest/globals';
import { Controller, Get, Injectable, Module, type Type, UseInterceptors } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  Flag,
  MemoryStorage,
  RequireFlag,
  type StoredDecisions,
  type StoredChange,
  VwoClient,
  type VwoFlag,
  VwoInterceptor,
  VwoModule,
  type VwoOptions,
  type VwoOptionsFactory,
  VwoService,
  VwoStorage,
} from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { closeApps, startApp } from '../e2e/nest-app.js';
import { FakeClient } from './request/fake-client.js';

const settings = accountSettings({
  features: [feature('new-checkout', [rollout({ variables: { button: 'green' } })])],
});

let edge: VwoEdge;
let account: { accountId: number; sdkKey: string; baseUrl: string };
beforeAll(async () => {
  edge = await VwoEdge.start({ settings });
  account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
});
afterAll(() => edge.close());

afterEach(closeApps);

@Controller()
class Checkout {
  constructor(readonly vwo: VwoService) {}

  @Get('checkout')
  checkout(@Flag('new-checkout') flag: VwoFlag): object {
    return { enabled: flag.isEnabled(), button: flag.getVariable('button', 'blue') };
  }
}

const GREEN = { enabled: true, button: 'green' };

@Injectable()
class Config {
  readonly baseUrl = edge.url;
}

@Module({ providers: [Config], exports: [Config] })
class ConfigModule {}

@Injectable()
class OptionsFromConfig implements VwoOptionsFactory {
  constructor(private readonly config: Config) {}
  async createVwoOptions(): Promise<VwoOptions> {
    return { ...account, baseUrl: this.config.baseUrl };
  }
}

@Module({ imports: [ConfigModule], providers: [OptionsFromConfig], exports: [OptionsFromConfig] })
class OptionsModule {}

describe('VwoModule', () => {
  it.each([
    ['forRoot', () => VwoModule.forRoot(account)],
    [
      'forRootAsync with useFactory',
      () =>
        VwoModule.forRootAsync({
          imports: [ConfigModule],
          inject: [Config],
          useFactory: async (config: Config) => ({ ...account, baseUrl: config.baseUrl }),
        }),
    ],
    [
      'forRootAsync with useClass',
      () => VwoModule.forRootAsync({ imports: [ConfigModule], useClass: OptionsFromConfig }),
    ],
    [
      'forRootAsync with useExisting',
      () => VwoModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFromConfig }),
    ],
  ])('has its settings before the first request, with %s', async (_how, vwoModule) => {
    const { get } = await startApp({ imports: [vwoModule()], controllers: [Checkout] });
    expect(await (await get('/checkout', 'alice')).json()).toEqual(GREEN);
  });

  it('takes the user resolver beside a factory, where a configuration cannot hold it', async () => {
    const vwoModule = VwoModule.forRootAsync({
      useFactory: () => account,
      user: () => ({ id: 'everybody' }),
    });
    const { get } = await startApp({ imports: [vwoModule], controllers: [Checkout] });
    expect(await (await get('/checkout')).json()).toEqual(GREEN);
  });

  it('is rebuilt for no request: nothing of it is request-scoped', async () => {
    const { app } = await startApp({ imports: [VwoModule.forRoot(account)], controllers: [Checkout] });
    const modules = [...app.get(ModulesContainer).values()];
    const wrappers = modules.flatMap(({ providers, controllers, injectables }) => [
      ...providers.values(),
      ...controllers.values(),
      ...injectables.values(),
    ]);
    const ours = wrappers.filter(({ name }) => /Vwo|Visit|Checkout|UserResolver/.test(String(name)));
    expect(ours.map(({ name }) => name)).toEqual(expect.arrayContaining(['VwoService', 'VwoInterceptor', 'Checkout']));
    expect(ours.filter((wrapper) => !wrapper.isDependencyTreeStatic()).map(({ name }) => name)).toEqual([]);
  });

  it('does without the global interceptor where the application binds its own', async () => {
    @Controller()
    class Bound {
      @Get('bound')
      @UseInterceptors(VwoInterceptor)
      bound(@Flag('new-checkout') flag: VwoFlag): boolean {
        return flag.isEnabled();
      }

      @Get('unbound')
      unbound(@Flag('new-checkout') flag: VwoFlag): boolean {
        return flag.isEnabled();
      }

      @Get('guarded')
      @RequireFlag('new-checkout')
      guarded(@Flag('new-checkout') flag: VwoFlag): boolean {
        return flag.isEnabled();
      }
    }
    const vwoModule = VwoModule.forRoot({ ...account, interceptor: false });
    const { get, logged } = await startApp({ imports: [vwoModule], controllers: [Bound] });
    expect(await (await get('/bound', 'alice')).json()).toBe(true);
    expect(await (await get('/guarded', 'alice')).json()).toBe(true);
    expect((await get('/unbound', 'alice')).status).toBe(500);
    expect(logged.lines.join()).toContain('is VwoInterceptor bound');
  });

  it('belongs to the modules that import it with isGlobal: false, and to all others not', async () => {
    const vwoModule = VwoModule.forRoot({ ...account, isGlobal: false });
    @Module({ imports: [vwoModule], controllers: [Checkout] })
    class CheckoutModule {}
    const { get } = await startApp({ imports: [CheckoutModule] });
    expect(await (await get('/checkout', 'alice')).json()).toEqual(GREEN);

    @Module({ controllers: [Checkout] })
    class Stranger {}
    await expect(startApp({ imports: [CheckoutModule, Stranger] })).rejects.toThrow(/VwoService.*Stranger/s);
  });

  it('serves several applications in one process, each with its own account', async () => {
    const blue = accountSettings({
      accountId: 654321,
      features: [feature('new-checkout', [rollout({ variables: { button: 'blue' } })])],
    });
    const apps = [settings, blue].map((each) =>
      startApp({
        imports: [
          VwoModule.forRoot({ accountId: each.accountId, sdkKey: each.sdkKey, settings: each, baseUrl: edge.url }),
        ],
        controllers: [Checkout],
      }),
    );
    const [first, second] = await Promise.all(apps);
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, i) =>
        (await (i % 2 ? first! : second!).get('/checkout', `user-${i}`)).json(),
      ),
    );
    expect(answers).toEqual(
      Array.from({ length: 40 }, (_, i) => ({ enabled: true, button: i % 2 ? 'green' : 'blue' })),
    );
  });
});

describe('the storage', () => {
  @Injectable()
  class Database {
    readonly saved: string[] = [];
  }

  @Module({ providers: [Database], exports: [Database] })
  class DatabaseModule {}

  @Injectable()
  class DatabaseStorage extends VwoStorage {
    constructor(private readonly database: Database) {
      super();
    }
    override load(): Promise<StoredDecisions> {
      return Promise.resolve(new Map());
    }
    override save(userId: string, changes: readonly StoredChange[]): Promise<void> {
      this.database.saved.push(`${userId}:${changes.map(({ key }) => key).join()}`);
      return Promise.resolve();
    }
    override forget(): Promise<void> {
      return Promise.resolve();
    }
  }

  @Injectable()
  class Support {
    constructor(
      readonly storage: VwoStorage,
      readonly client: VwoClient,
    ) {}
  }

  const parts = { imports: [DatabaseModule], storage: DatabaseStorage as Type<VwoStorage> };

  it.each([
    ['forRoot', () => VwoModule.forRoot({ ...account, ...parts })],
    ['forRootAsync', () => VwoModule.forRootAsync({ useFactory: () => account, ...parts })],
    [
      'providers beside the factory',
      () =>
        VwoModule.forRootAsync({
          useFactory: () => account,
          providers: [Database],
          storage: DatabaseStorage,
        }),
    ],
  ])('is built by Nest with its own dependencies, and used by the client: %s', async (_how, vwoModule) => {
    const { app, get } = await startApp({ imports: [vwoModule()], controllers: [Checkout], providers: [Support] });
    expect(app.get(Support).storage).toBeInstanceOf(DatabaseStorage);
    await get('/checkout', 'alice');
    expect(app.get(Database, { strict: false }).saved).toEqual(['alice:new-checkout']);
  });

  it('is injected as the very one that the client uses: an instance, one from a factory, or memory', async () => {
    const mine = new MemoryStorage();
    const factory = (): VwoOptions => ({ ...account, storage: mine });
    for (const vwoModule of [
      VwoModule.forRoot({ ...account, storage: mine }),
      VwoModule.forRootAsync({ useFactory: factory }),
    ]) {
      const { app } = await startApp({ imports: [vwoModule], providers: [Support] });
      expect(app.get(Support).storage).toBe(mine);
    }
    const { app, get } = await startApp({
      imports: [VwoModule.forRoot(account)],
      controllers: [Checkout],
      providers: [Support],
    });
    await get('/checkout', 'alice');
    const stored = await app.get(Support).storage.load('alice', ['new-checkout']);
    expect(stored.get('new-checkout')).toMatchObject({ userId: 'alice', featureKey: 'new-checkout' });
    expect([...(await app.get(VwoService).storedDecisions('alice'))]).toEqual([...stored]);
  });
});

describe('another client', () => {
  it('is built from storage, logger and options, started before the first request and closed at the end', async () => {
    const storage = new MemoryStorage();
    const client = new FakeClient(() => ({ 'new-checkout': { button: 'red' } }));
    let built: object = {};
    const vwoModule = VwoModule.forRoot({ storage, storageTimeout: 9, client: (parts) => ((built = parts), client) });
    const { app, get } = await startApp({ imports: [vwoModule], controllers: [Checkout] });
    expect(client.calls).toEqual(['start']);
    expect(built).toEqual({ storage, options: { storageTimeout: 9 }, logger: expect.objectContaining({}) });
    expect(await (await get('/checkout', 'alice')).json()).toEqual({ enabled: true, button: 'red' });
    await app.close();
    expect(client.calls).toEqual(['start', 'close']);
  });

  it('stays the user’s when it is an instance: neither started nor closed, and it keeps its own storage', async () => {
    const client = new FakeClient();
    const { app } = await startApp({ imports: [VwoModule.forRoot({ client })] });
    const storage = app.get(VwoStorage);
    expect(await storage.load('alice', [])).toEqual(await client.storedDecisions('alice'));
    await expect(storage.save('alice', [])).rejects.toThrow('write to that storage itself');
    await storage.forget('alice');
    await app.close();
    expect(client.calls).toEqual(['forget alice']);
  });
});
