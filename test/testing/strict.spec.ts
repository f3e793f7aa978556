import { afterEach, describe, expect, it } from '@jest/globals';
import { VwoService } from '../../lib/index.js';
import { VwoTestingFlags, VwoTestingModule, VwoUnsetFlagError } from '../../lib/entries/testing.js';
import { closeShops, shopOf } from './shop.fixture.js';

afterEach(closeShops);

describe('strict', () => {
  const start = () => shopOf(VwoTestingModule.forRoot({ strict: true, flags: { pricing: true } }));

  it.each([
    ['@Flag', '/', 'new-checkout'],
    ['@RequireFlag', '/beta', 'beta'],
  ])('an unset flag fails the request of %s, and is listed', async (_what, path, key) => {
    const { get, module, logged } = await start();
    await get(path).expect(500);
    expect(module.get(VwoTestingFlags).unset()).toEqual([key]);
    expect(logged.lines).toContainEqual(
      expect.stringContaining(`Flag "${key}" was read, but this test has not set it`),
    );
  });

  it('the error of the service says which flag, and how to set it', async () => {
    const { module } = await start();
    const vwo = module.get(VwoService);
    const error: unknown = await vwo.run({ id: 'ann' }, () => vwo.isEnabled('beta')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VwoUnsetFlagError);
    expect(error).toMatchObject({
      code: 'VWO_UNSET_FLAG',
      message:
        'Flag "beta" was read, but this test has not set it, and `strict` is on. Set it for all tests with ' +
        "`flags: { 'beta': true }` beside `strict`, or in this one with flags.set('beta', true).",
    });
  });

  it('a flag that is set for everybody, or for this user, is read as ever', async () => {
    const { get, module } = await start();
    const flags = module.get(VwoTestingFlags);
    flags.set('new-checkout', false);
    flags.for('ann', { beta: true });
    await get('/').expect(200);
    await get('/price').expect(200);
    await get('/beta', { 'x-user': 'ann' }).expect(200);
    await get('/beta', { 'x-user': 'bob' }).expect(500);
  });
});
