import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  getVwoToken,
  MemoryStorage,
  VwoClient,
  VwoModule,
  type VwoModuleAsyncOptions,
  VwoOptionsError,
  VwoService,
  VwoStorage,
} from '../../lib/index.js';
import { fullStack } from '../../lib/entries/full-stack.js';
import { overrideVwo, type OverrideVwoOptions, VwoEdge } from '../../lib/entries/testing.js';
import { RedisStorage } from '../../lib/entries/redis.js';
import { MovedClock } from '../common/moved-clock.js';
import { appModule, closeShops, startShop } from './shop.fixture.js';

async function overridden(app: Type, options?: OverrideVwoOptions) {
  const builder = Test.createTestingModule({ imports: [app] });
  const flags = overrideVwo(builder, options);
  return { flags, ...(await startShop(builder)) };
}

describe('overrideVwo', () => {
  let edge: VwoEdge;
  beforeEach(async () => void (edge = await VwoEdge.start()));
  afterEach(async () => {
    await closeShops();
    await edge.close();
  });
  const account = () => ({ accountId: 123456, sdkKey: 'real', baseUrl: edge.url });

  it('takes the place of VwoModule.forRoot in an application that imports it', async () => {
    const app = appModule(VwoModule.forRoot(account()));
    const { get, post, flags } = await overridden(app, {
      flags: { 'new-checkout': { variation: 'fast' }, beta: true },
    });
    expect((await get('/', { 'x-user': 'ann' })).body).toMatchObject({ on: true, variation: 'fast' });
    await get('/beta', { 'x-user': 'ann' }).expect(200, 'in');
    await post('/order', { 'x-user': 'ann' }).expect(201, { tracked: true });
    flags.set('beta', false);
    await get('/beta', { 'x-user': 'ann' }).expect(404);
    expect(flags.exposures()).toEqual([
      { user: 'ann', key: 'new-checkout', variation: 'fast' },
      { user: 'ann', key: 'beta', variation: 'default' },
    ]);
    expect(flags.events()).toMatchObject([{ user: 'ann', name: 'purchase' }]);
  });

  const factories: Record<string, () => VwoModuleAsyncOptions> = {
    useFactory: () => ({ useFactory: account }),
    useClass: () => ({
      useClass: class Options {
        createVwoOptions = account;
      },
    }),
  };

  it.each(Object.entries(factories))('and of VwoModule.forRootAsync: %s', async (_how, options) => {
    const { get } = await overridden(appModule(VwoModule.forRootAsync(options())), { flags: { beta: true } });
    await get('/beta', { 'x-user': 'ann' }).expect(200);
    expect(edge.requests).toEqual([]);
  });

  it('fetches, opens and sends nothing of the account, and leaves no timer', async () => {
    const clock = new MovedClock();
    const storage = new RedisStorage({ url: 'redis://127.0.0.1:1' });
    const opened: unknown[] = [];
    storage.open = (scope) => Promise.resolve(void opened.push(scope));
    const app = appModule(VwoModule.forRoot({ ...account(), storage, clock, events: { flushInterval: 1 } }));
    const { get, post, module } = await overridden(app, { flags: { beta: true } });
    await get('/beta', { 'x-user': 'ann' }).expect(200);
    await post('/order', { 'x-user': 'ann' }).expect(201);
    expect(clock.timers).toEqual([]);
    expect(await module.get(VwoService).flush()).toBe(true);
    await closeShops();
    expect([edge.requests, opened, clock.timers]).toEqual([[], [], []]);
  });

  it('builds no storage class, and none of another client', async () => {
    const built: string[] = [];
    @Injectable()
    class DatabaseStorage extends MemoryStorage {
      constructor() {
        super();
        built.push('storage');
      }
    }
    const real = fullStack({ accountId: 1, sdkKey: 'real' });
    const client: typeof real = (parts) => {
      built.push('client');
      return real(parts);
    };
    const { module } = await overridden(appModule(VwoModule.forRoot({ client, storage: DatabaseStorage })));
    expect(built).toEqual([]);
    expect(module.get(VwoStorage)).toBeInstanceOf(MemoryStorage);
  });

  it('leaves a client that the application has made itself alone', async () => {
    const { FmeClient } = await import('../../lib/index.js');
    const client = new FmeClient({ ...account(), logger: { log() {}, warn() {}, error() {} } });
    const { module, get } = await overridden(appModule(VwoModule.forRoot({ client })), { flags: { beta: true } });
    await get('/beta', { 'x-user': 'ann' }).expect(200);
    expect(module.get(VwoClient)).not.toBe(client);
    await closeShops();
    await client.start(); // not closed with the application
    expect(edge.requests.length).toBeGreaterThan(0);
    await client.close();
  });

  it("keeps the application's own `user`, given beside a factory or by it", async () => {
    const user = () => ({ id: 'of-the-app' });
    for (const vwo of [
      VwoModule.forRoot({ ...account(), user }),
      VwoModule.forRootAsync({ useFactory: account, user }),
      VwoModule.forRootAsync({ useFactory: () => ({ ...account(), user }) }),
    ]) {
      const { get, flags } = await overridden(appModule(vwo), { flags: { beta: true } });
      await get('/beta').expect(200);
      expect(flags.exposures()).toMatchObject([{ user: 'of-the-app' }]);
    }
  });

  it('unless the test brings one; without either nobody is known before a login', async () => {
    const app = () => appModule(VwoModule.forRoot(account()));
    const flags = { beta: true };
    const other = await overridden(app(), { flags, user: () => ({ id: 'of-the-test' }) });
    await other.get('/beta', { 'x-user': 'ann' }).expect(200);
    expect(other.flags.exposures()).toMatchObject([{ user: 'of-the-test' }]);
    const own = await overridden(app(), { flags });
    await own.get('/beta').expect(404);
    await own.get('/beta', { 'x-user': 'ann' }).expect(200);
  });

  it('keeps `preload` and `onDecision`: a flag that no handler declares fails as in production', async () => {
    const read: string[] = [];
    const onDecision = ({ key }: { key: string }) => read.push(key);
    const app = appModule(VwoModule.forRoot({ ...account(), preload: 'declared', onDecision }));
    const { get, logged } = await overridden(app, { flags: { beta: true, pricing: true } });
    await get('/beta', { 'x-user': 'ann' }).expect(200);
    await get('/price', { 'x-user': 'ann' }).expect(500);
    expect(read).toEqual(['beta']);
    expect(logged.lines.join()).toMatch(/Flag "pricing" was read but not declared/);
  });

  it('strict holds here, too', async () => {
    const { get, flags } = await overridden(appModule(VwoModule.forRoot(account())), { strict: true });
    await get('/', { 'x-user': 'ann' }).expect(500);
    expect(flags.unset()).toEqual(['new-checkout']);
  });

  it('overrides each of several accounts by its name', async () => {
    const app = appModule(
      VwoModule.forRoot(account()),
      VwoModule.forRoot({ ...account(), name: 'second', environment: 'second' }),
    );
    const builder = Test.createTestingModule({ imports: [app] });
    const first = overrideVwo(builder, { flags: { beta: true } });
    const second = overrideVwo(builder, { name: 'second', flags: { beta: { variation: 'b' } } });
    const { module } = await startShop(builder);
    const variationOf = (vwo: VwoService) => vwo.run({ id: 'ann' }, (visit) => visit.flag('beta').variation?.key);
    expect(await variationOf(module.get(VwoService))).toBe('default');
    expect(await variationOf(module.get<VwoService>(getVwoToken('second')))).toBe('b');
    expect([first.exposures().length, second.exposures().length]).toEqual([1, 1]);
    expect(edge.requests).toEqual([]);
  });

  it('an application without that VwoModule is told, and not taken for one where nothing was read', async () => {
    const builder = Test.createTestingModule({ imports: [VwoModule.forRoot({ ...account(), events: false })] });
    const flags = overrideVwo(builder, { name: 'second' });
    for (const what of ['exposures', 'events', 'attributes', 'unset'] as const) {
      expect(() => flags[what]()).toThrow(VwoOptionsError);
      expect(() => flags[what]()).toThrow(/there is no VwoModule with the name "second" in the testing module/);
    }
    flags.set('beta', true);
    flags.reset();
  });

  it('refuses wrong flags and options at once', () => {
    const override = (options: object) => () => overrideVwo(Test.createTestingModule({}), options);
    expect(override({ flags: { beta: 1 } })).toThrow(/`flags\['beta'\]` must be true, false or an object/);
    expect(override({ user: 'ann' })).toThrow(/`user` must be a function/);
    expect(override({ name: '' })).toThrow(/`name` must be a string that is not empty/);
    expect(override({ isGlobal: true })).toThrow(/has no option `isGlobal`/);
  });
});
