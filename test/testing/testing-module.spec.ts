import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { VwoService } from '../../lib/index.js';
import { getVwoTestingToken, VwoTestingFlags, VwoTestingModule } from '../../lib/entries/testing.js';
import { closeShops, shopOf } from './shop.fixture.js';

const FAST = { variation: 'fast', variables: { button: 'red' } };

afterEach(closeShops);

describe('VwoTestingModule', () => {
  it('decides @Flag, @FlagVariable, @RequireFlag and the service by the flags that are set', async () => {
    const flags = { 'new-checkout': FAST, beta: true, pricing: { variables: { discount: 10 } } };
    const shop = await shopOf(VwoTestingModule.forRoot({ flags }));
    await shop.get('/').expect(200, { on: true, variation: 'fast', reason: 'experiment', button: 'red' });
    await shop.get('/beta').expect(200, 'in');
    await shop.get('/price').expect(200, { discount: 10 });
  });

  it('has every other flag off, and lists those that were read', async () => {
    const shop = await shopOf(VwoTestingModule.forRoot({ flags: { beta: false } }));
    const flags = shop.module.get(VwoTestingFlags);
    expect(flags.unset()).toEqual([]);
    await shop.get('/').expect(200, { on: false, reason: 'unknown', button: 'blue' });
    await shop.get('/beta').expect(404);
    await shop.get('/price').expect(200, { discount: 0 });
    await shop.get('/price').expect(200);
    expect(flags.unset()).toEqual(['new-checkout', 'pricing']);
  });

  it('a flag without a variation is a rollout, as in VWO', async () => {
    const shop = await shopOf(VwoTestingModule.forRoot({ flags: { 'new-checkout': true } }));
    await shop.get('/').expect(200, { on: true, variation: 'default', reason: 'rollout', button: 'blue' });
  });

  it('knows a user without a login, and whoever has logged in, or whom the option `user` says', async () => {
    const shop = await shopOf(VwoTestingModule.forRoot({ flags: { beta: true } }));
    await shop.get('/beta');
    await shop.get('/beta', { 'x-user': 'ann' });
    const other = await shopOf(VwoTestingModule.forRoot({ flags: { beta: true }, user: () => ({ id: 7 }) }));
    await other.get('/beta');
    expect(shop.module.get(VwoTestingFlags).exposures()).toMatchObject([{ user: 'test-user' }, { user: 'ann' }]);
    expect(other.module.get(VwoTestingFlags).exposures()).toMatchObject([{ user: '7' }]);
  });

  it('nobody has no flags, as in production', async () => {
    const shop = await shopOf(VwoTestingModule.forRoot({ flags: { beta: true }, user: () => undefined }));
    await shop.get('/beta').expect(404);
  });

  it('runs jobs with vwo.run', async () => {
    const { module } = await shopOf(VwoTestingModule.forRoot({ flags: { pricing: { variables: { discount: 5 } } } }));
    const vwo = module.get(VwoService);
    expect(await vwo.run({ id: 'ann' }, () => vwo.variable('pricing', 'discount', 0))).toBe(5);
  });

  it('gives each compiled application flags of its own, also of one and the same imports', async () => {
    const imports = VwoTestingModule.forRoot();
    const [one, other] = [await shopOf(imports), await shopOf(imports)];
    one.module.get(VwoTestingFlags).set('beta', true);
    await one.get('/beta').expect(200);
    await other.get('/beta').expect(404);
    expect(other.module.get(VwoTestingFlags).exposures()).toEqual([]);
  });

  it('injects VwoTestingFlags into providers of other modules, unless isGlobal is false', async () => {
    @Injectable()
    class Reader {
      constructor(readonly flags: VwoTestingFlags) {}
    }
    const reader = { module: class ReaderModule {}, providers: [Reader], exports: [Reader] };
    const { module } = await shopOf(VwoTestingModule.forRoot(), reader);
    expect(module.get(Reader).flags).toBe(module.get(VwoTestingFlags));
    const imports = [VwoTestingModule.forRoot({ isGlobal: false }), reader];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toThrow(/VwoTestingFlags/);
    const inside = { imports: [VwoTestingModule.forRoot({ isGlobal: false })], providers: [Reader] };
    const compiled = await Test.createTestingModule(inside).compile();
    expect(compiled.get(Reader).flags).toBeInstanceOf(VwoTestingFlags);
    await compiled.close();
  });

  it('without a name its token is the class', () => {
    expect(getVwoTestingToken()).toBe(VwoTestingFlags);
  });
});

describe('set, for and reset', () => {
  const start = async () => {
    const shop = await shopOf(VwoTestingModule.forRoot({ flags: { 'new-checkout': FAST } }));
    return { ...shop, flags: shop.module.get(VwoTestingFlags) };
  };
  const as = (user: string) => ({ 'x-user': user });

  it('set changes a flag for everybody, from the next visit on', async () => {
    const { flags, get } = await start();
    flags.set('new-checkout', { variation: 'slow' });
    await get('/').expect(200, { on: true, variation: 'slow', reason: 'experiment', button: 'blue' });
    flags.set('new-checkout', false);
    await get('/').expect(200, { on: false, reason: 'disabled', button: 'blue' });
  });

  it('a flag that was read stays as it is for the rest of its visit', async () => {
    const { flags, module } = await start();
    const visit = await module.get(VwoService).visit({ id: 'ann' });
    const before = visit.flag('new-checkout');
    flags.set('new-checkout', false);
    flags.set('beta', true);
    expect(visit.flag('new-checkout')).toBe(before);
    expect(visit.flag('beta').isEnabled()).toBe(true);
    await visit.end();
  });

  it("for one user, before everybody's; further calls add", async () => {
    const { flags, get } = await start();
    flags.for('ann', { 'new-checkout': { variation: 'slow' } });
    flags.for('ann', { beta: true });
    flags.for(7, { beta: true });
    flags.set('new-checkout', false);
    expect((await get('/', as('ann'))).body).toMatchObject({ variation: 'slow' });
    expect((await get('/', as('bob'))).body).toMatchObject({ on: false });
    await get('/beta', as('ann')).expect(200);
    await get('/beta', as('bob')).expect(404);
    await get('/beta', as('7')).expect(200);
  });

  it('reset goes back to the flags of the start, for every user, and forgets what was seen', async () => {
    const { flags, get, post } = await start();
    flags.set('new-checkout', false);
    flags.for('ann', { 'new-checkout': { variation: 'slow' }, beta: true });
    await get('/beta', as('ann')).expect(200);
    await get('/price');
    await post('/order');
    flags.reset();
    expect([flags.exposures(), flags.events(), flags.attributes(), flags.unset()]).toEqual([[], [], [], []]);
    expect((await get('/', as('ann'))).body).toMatchObject({ variation: 'fast', button: 'red' });
    await get('/beta', as('ann')).expect(404);
  });
});

describe('what was seen', () => {
  it('exposures: flags that were on, once per visit, by user', async () => {
    const flags = { 'new-checkout': FAST, beta: true, off: false };
    const { module, get } = await shopOf(VwoTestingModule.forRoot({ flags }));
    await get('/', { 'x-user': 'ann' }); // reads the flag twice
    await get('/beta', { 'x-user': 'bob' });
    const vwo = module.get(VwoService);
    await vwo.run({ id: 'cy' }, () => vwo.isEnabled('off'));
    expect(module.get(VwoTestingFlags).exposures()).toEqual([
      { user: 'ann', key: 'new-checkout', variation: 'fast' },
      { user: 'bob', key: 'beta', variation: 'default' },
    ]);
  });

  it('events and attributes: in a visit and outside one, as they were then', async () => {
    const { module, post } = await shopOf(VwoTestingModule.forRoot());
    await post('/order', { 'x-user': 'ann' }).expect(201, { tracked: true });
    const vwo = module.get(VwoService);
    const properties = { items: ['coffee'] };
    expect(vwo.track('refund', properties, { id: 'bob' })).toBe(true);
    expect(vwo.setAttribute({ plan: 'free' }, { id: 'bob' })).toBe(true);
    properties.items.push('tea');
    const flags = module.get(VwoTestingFlags);
    expect(flags.events()).toEqual([
      { user: 'ann', name: 'purchase', properties: { total: 10 } },
      { user: 'bob', name: 'refund', properties: { items: ['coffee'] } },
    ]);
    expect(flags.attributes()).toEqual([
      { user: 'ann', attributes: { plan: 'gold' } },
      { user: 'bob', attributes: { plan: 'free' } },
    ]);
  });
});
