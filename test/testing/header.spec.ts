import { afterEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { VwoModule } from '../../lib/index.js';
import { overrideVwo, type TestFlags, VwoTestingFlags, VwoTestingModule } from '../../lib/entries/testing.js';
import { appModule, closeShops, shopOf, startShop } from './shop.fixture.js';

afterEach(closeShops);

describe('the header x-vwo-flags', () => {
  const FLAGS = { 'new-checkout': { variation: 'fast', variables: { button: 'red' } }, beta: true };
  const start = (flags: TestFlags = FLAGS) => shopOf(VwoTestingModule.forRoot({ flags }));
  const by = (header: string) => ({ 'x-vwo-flags': header });

  it('sets flags of its request, and of no other', async () => {
    const { get } = await start();
    const [slow, plain, off] = await Promise.all([
      get('/', by('new-checkout=slow')),
      get('/'),
      get('/', by('new-checkout=off')),
    ]);
    expect(slow.body).toEqual({ on: true, variation: 'slow', reason: 'experiment', button: 'red' });
    expect(plain.body).toMatchObject({ variation: 'fast' });
    expect(off.body).toEqual({ on: false, reason: 'disabled', button: 'blue' });
    await get('/beta', by('new-checkout=slow, beta=off')).expect(404);
    await get('/beta').expect(200);
  });

  it('turns a flag on that is off, or was not set', async () => {
    const { get, module } = await start({ beta: false });
    await get('/beta', by('beta=on')).expect(200);
    expect((await get('/', by('new-checkout=on'))).body).toMatchObject({ on: true, variation: 'default' });
    expect(module.get(VwoTestingFlags).unset()).toEqual([]);
  });

  it("goes before a user's own flags, and keeps their variables", async () => {
    const { get, module } = await start();
    module.get(VwoTestingFlags).for('ann', { 'new-checkout': { variation: 'own', variables: { button: 'pink' } } });
    const { body } = await get('/', { 'x-user': 'ann', ...by('new-checkout=slow') });
    expect(body).toMatchObject({ variation: 'slow', button: 'pink' });
    expect(module.get(VwoTestingFlags).exposures()).toEqual([{ user: 'ann', key: 'new-checkout', variation: 'slow' }]);
  });

  it('may be JSON, with variables', async () => {
    const { get } = await start();
    const header = JSON.stringify({ 'new-checkout': { variables: { button: 'grey' } }, beta: false });
    expect((await get('/', by(header))).body).toMatchObject({ variation: 'default', button: 'grey' });
    await get('/beta', by(header)).expect(404);
  });

  it('has keys and variations percent-encoded where they need it', async () => {
    const { get } = await start();
    const { body } = await get('/', by(`new-checkout=${encodeURIComponent('größe=1,5')}`));
    expect(body).toMatchObject({ variation: 'größe=1,5' });
  });

  it.each([
    ['new-checkout', /"new-checkout" must be <key>=on, <key>=off or <key>=<variation>/],
    ['a=b=c', /"a=b=c" must be/],
    ['beta=on,', /"" must be/],
    ['{"beta":"on"}', /`x-vwo-flags\['beta'\]` must be true, false or an object/],
    ['{beta', /JSON/],
    ['beta=%', /URI malformed/],
  ])('one that cannot be read answers 400 and says why: %s', async (header, why) => {
    const { get } = await start();
    const { status, body } = await get('/', by(header));
    expect(status).toBe(400);
    expect(body).toMatchObject({ message: expect.stringMatching(why) });
  });

  it("works with the application's own users, in overrideVwo, who may come late", async () => {
    const vwo = VwoModule.forRoot({ accountId: 1, sdkKey: 'real', user: () => Promise.resolve({ id: 'late' }) });
    const builder = Test.createTestingModule({ imports: [appModule(vwo)] });
    const flags = overrideVwo(builder);
    const { get } = await startShop(builder);
    await get('/beta', by('beta=on')).expect(200);
    await get('/beta').expect(404);
    expect(flags.exposures()).toMatchObject([{ user: 'late' }]);
  });

  it('works with users who are objects of a class: what its accessors give stays', async () => {
    class Account {
      get id(): string {
        return 'ann';
      }
      get sessionId(): number {
        return 1_700_000_000;
      }
    }
    const { get, module } = await shopOf(VwoTestingModule.forRoot({ user: () => new Account() }));
    expect((await get('/session', by('beta=on'))).body).toEqual({ session: 1_700_000_000 });
    expect(module.get(VwoTestingFlags).exposures()).toMatchObject([{ user: 'ann' }]);
  });

  it("keeps the application's clock", async () => {
    const clock = { now: () => 1_700_000_000_000, after: () => () => undefined };
    const vwo = VwoModule.forRoot({ accountId: 1, sdkKey: 'real', clock, user: () => ({ id: 'ann' }) });
    const builder = Test.createTestingModule({ imports: [appModule(vwo)] });
    overrideVwo(builder);
    const { get } = await startShop(builder);
    expect((await get('/session', by('beta=on'))).body).toEqual({ session: 1_700_000_000 });
  });

  it('leaves what is no user as it is: the warning says what came', async () => {
    const { get, logged } = await shopOf(VwoTestingModule.forRoot({ user: () => 'ann' as unknown as { id: string } }));
    await get('/beta', by('beta=on')).expect(404);
    expect(logged.lines.join('\n')).toContain('got "ann"');
  });

  it('reads nothing of a user who is nobody', async () => {
    const { get } = await shopOf(VwoTestingModule.forRoot({ user: () => undefined }));
    await get('/beta', by('beta=on')).expect(404);
  });
});

describe('without the module for tests', () => {
  it('the header is not looked at', async () => {
    const settings = { accountId: 1, features: [], campaigns: [] };
    const vwo = VwoModule.forRoot({ settings, sdkKey: 'x', events: false, user: () => ({ id: 'ann' }) });
    const { get } = await shopOf(vwo);
    await get('/beta', { 'x-vwo-flags': 'beta=on' }).expect(404);
    await get('/', { 'x-vwo-flags': 'no flags' }).expect(200);
  });
});
