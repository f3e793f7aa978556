import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import {
  FlagEnabled,
  FlagVariable,
  MemoryStorage,
  RequireFlag,
  UseFlags,
  VwoModule,
  VwoService,
  type VwoModuleOptions,
} from '../../lib/index.js';
import { officialSdk, SdkClient } from '../../lib/entries/sdk.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { shopSettings } from '../client/client.fixture.js';
import { closeApps, startApp } from '../e2e/nest-app.js';
import { TIMEOUT_MS } from '../common/waiting.js';

@Controller()
class Shop {
  constructor(private readonly vwo: VwoService) {}

  @Get('parameters')
  parameters(@FlagEnabled('checkout') on: boolean, @FlagVariable('banner', 'text', 'none') text: string): object {
    return { on, text };
  }

  @Get('service')
  @UseFlags('banner')
  service(): boolean {
    return this.vwo.isEnabled('banner');
  }

  @Get('undeclared')
  undeclared(): boolean {
    return this.vwo.isEnabled('banner');
  }

  @Get('gated')
  @RequireFlag('banner')
  gated(): string {
    return 'in';
  }

  @Get('closed')
  @RequireFlag('closed')
  closed(): string {
    return 'never';
  }
}

describe('VwoModule with `client: officialSdk(…)`', () => {
  let edge: VwoEdge;
  beforeAll(async () => void (edge = await VwoEdge.start({ settings: shopSettings() })));
  afterEach(closeApps);
  afterAll(() => edge.close());

  const shop = (options: Partial<VwoModuleOptions> = {}) => {
    const client = officialSdk({ accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url });
    return startApp({ imports: [VwoModule.forRoot({ client, ...options })], controllers: [Shop] });
  };

  it('decides what parameters, guards and @UseFlags declare', async () => {
    const { get } = await shop();
    expect(await (await get('/parameters', 'alice')).json()).toEqual({ on: true, text: 'Hello' });
    expect(await (await get('/service', 'alice')).json()).toBe(true);
    expect(await (await get('/gated', 'alice')).text()).toBe('in');
    expect((await get('/closed', 'alice')).status).toBe(404);
  });

  it('answers 500 where another flag is read, with the cure in the log', async () => {
    const { get, logged } = await shop();
    expect((await get('/undeclared', 'alice')).status).toBe(500);
    expect(logged.lines.join()).toContain("Put @UseFlags('banner') on the handler or class");
  });

  it("uses the module's storage and options, and runs jobs with the keys they declare", async () => {
    const storage = new MemoryStorage();
    const { app } = await shop({ storage, events: { flushInterval: 5 } });
    const vwo = app.get(VwoService);
    expect(await vwo.run({ id: 'job' }, (visit) => visit.flag('banner').isEnabled(), ['banner'])).toBe(true);
    expect([...(await storage.load('job', [])).keys()]).toEqual(['banner']);
    await edge.waitForEvents((events) => events.some(({ name }) => name === 'vwo_variationShown'), TIMEOUT_MS);
  });

  it('refuses what it does not know, and what belongs to the module', () => {
    const account = { accountId: 1, sdkKey: 'k' };
    expect(() => officialSdk({ ...account, decied: 'all' } as never)).toThrow('did you mean `decide`?');
    expect(() => officialSdk({ ...account, storage: new MemoryStorage() } as never)).toThrow('no option `storage`');
    expect(() => new SdkClient({ ...account, decide: 'some' as never })).toThrow(
      "`decide` must be 'declared' or 'all'",
    );
    expect(() => new SdkClient({ ...account, sdk: {} as never })).toThrow("`sdk` must be VWO's SDK");
    const wrong = { callback: 'text' as never };
    expect(() => new SdkClient({ ...account, integrations: wrong })).toThrow(
      '`integrations.callback` must be a function',
    );
  });
});
