import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { SETTINGS } from './account.js';
import { Application, byHeader, closeApplications } from './application.js';
import { config, root, testing } from './package.js';

@Controller()
class ShopController {
  @Get()
  home(@root.FlagEnabled('new-checkout') on: boolean): object {
    return { on };
  }
}

describe('vwoConfig', () => {
  let edge: testing.VwoEdge;
  const before = process.env;

  beforeEach(async () => {
    const account = { accountId: '123456', sdkKey: 'from-the-environment' };
    edge = await testing.VwoEdge.start({ settings: SETTINGS, expect: account });
    const others = Object.entries(before).filter(([name]) => !name.startsWith('VWO_'));
    process.env = { ...Object.fromEntries(others), VWO_ACCOUNT_ID: '123456', VWO_SDK_KEY: 'from-the-environment' };
    Object.assign(process.env, { VWO_BASE_URL: edge.url, VWO_POLL_INTERVAL: '60000' });
  });
  afterEach(async () => {
    await closeApplications();
    await edge.close();
    process.env = before;
  });

  it('starts the module from environment variables', async () => {
    const app = await Application.start({ imports: [root.VwoModule.forRootAsync(config.vwoConfig.asProvider())] });
    expect(await app.vwo.run({ id: 'ann' }, () => app.vwo.isEnabled('new-checkout'))).toBe(true);
  });

  it('has more options beside it', async () => {
    const storage = new root.MemoryStorage();
    const vwo = root.VwoModule.forRootAsync({ ...config.vwoConfig.asProvider(), storage, user: byHeader });
    const app = await Application.start({ imports: [vwo], controllers: [ShopController] });
    expect([await app.json('/', 'ann'), await app.json('/')]).toEqual([{ on: true }, { on: false }]);
    expect(app.nest.get(root.VwoStorage)).toBe(storage);
  });

  it.each([
    ['VWO_POLL_INTERVAL', '60s'],
    ['VWO_BASE_URL', 'nowhere'],
    ['VWO_ACCOUNT_ID', 'mine'],
  ])('refuses %s=%s at start, saying what came', async (name, value) => {
    process.env[name] = value;
    const start = Application.start({ imports: [root.VwoModule.forRootAsync(config.vwoConfig.asProvider())] });
    await expect(start).rejects.toThrow(value);
  });
});
