import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { ACCOUNT, eventNames, recordsOf, SETTINGS, SOON, troubles } from './account.js';
import { Application, closeApplications, PLATFORMS, vwoModule } from './application.js';
import { TIMEOUT_MS, eventually } from '../common/waiting.js';
import { root, sdk, testing } from './package.js';

@Controller()
class ShopController {
  constructor(private readonly vwo: root.VwoService) {}

  @Get('parameters')
  parameters(
    @root.Flag('new-checkout') flag: root.VwoFlag,
    @root.FlagVariable('pricing', 'discount', -1) discount: number,
    @root.FlagEnabled('closed') closed: boolean,
  ): object {
    return { on: flag.isEnabled(), source: flag.source, button: flag.getVariable('button', 'none'), discount, closed };
  }

  @Get('deeper')
  @root.UseFlags('pricing')
  deeper(): object {
    return { discount: this.vwo.variable('pricing', 'discount', -1) };
  }

  @Get('gated')
  @root.RequireFlag('pricing', { variation: 'Variation-1' })
  gated(): string {
    return 'in';
  }

  @Get('undeclared')
  undeclared(): object {
    return { on: this.vwo.isEnabled('pricing') };
  }

  @Get('unread')
  @root.UseFlags('new-checkout')
  unread(): object {
    return {};
  }
}

describe.each(PLATFORMS)("VWO's own FME SDK on %s", (platform) => {
  let edge: testing.VwoEdge;
  beforeEach(async () => void (edge = await testing.VwoEdge.start({ settings: SETTINGS })));
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  function shop(options: Partial<root.VwoModuleOptions> = {}, own: Partial<sdk.OfficialSdkOptions> = {}) {
    const client = sdk.officialSdk({ ...ACCOUNT, baseUrl: edge.url, events: SOON, storageTimeout: 2_000, ...own });
    return Application.start({ imports: [vwoModule({ client, ...options })], controllers: [ShopController] }, platform);
  }

  it('decides what the handler and its guards declare, once, then from storage', async () => {
    const app = await shop();
    const first = await app.json('/parameters', 'half');
    expect(first).toEqual({
      on: true,
      source: 'rules',
      button: expect.stringMatching(/blue|green/),
      discount: 50,
      closed: false,
    });
    await eventually(async () => (await app.vwo.storedDecisions('half')).size > 0, 'the records');
    expect(await app.json('/parameters', 'half')).toEqual({ ...first, source: 'storage' });
    expect(await app.json('/deeper', 'half')).toEqual({ discount: 50 });
    expect([await app.get('/gated', 'half'), (await app.get('/gated', 'full')).status]).toEqual([
      { status: 200, body: 'in' },
      404,
    ]);
  });

  it('throws where a flag was not declared, and says what to do', async () => {
    const app = await shop();
    expect((await app.get('/undeclared', 'half')).status).toBe(500);
    expect(app.lines.join('\n')).toContain("@UseFlags('pricing')");
  });

  it("decides every flag with decide: 'all'", async () => {
    const app = await shop({}, { decide: 'all' });
    expect(await app.json('/undeclared', 'half')).toEqual({ on: true });
  });

  it('sends and stores what was read, and nothing of what was not', async () => {
    const storage = new root.MemoryStorage();
    const app = await shop({ storage });
    await app.json('/unread', 'ann');
    await app.json('/parameters', 'bob');
    await edge.waitForEvents(() => eventNames(edge, 'bob').includes('vwo_variationShown'), TIMEOUT_MS);
    await eventually(async () => 'new-checkout' in (await recordsOf(storage, 'bob')), 'the record of bob');
    expect(eventNames(edge, 'ann')).toEqual([]);
    expect(await recordsOf(storage, 'ann')).toEqual({});
    expect((await recordsOf(storage, 'bob'))['new-checkout']).toMatchObject({ featureId: 1, userId: 'bob' });
  });

  const documented = { rolloutId: 1, rolloutKey: 'new-checkout_rolloutRule1', rolloutVariationId: 1 };
  const experiment = { experimentId: 2, experimentKey: 'new-checkout_testingRule1' };
  const remember = async (storage: root.VwoStorage, userId: string, record: root.StoredDecision): Promise<void> => {
    await storage.save(userId, [{ key: 'new-checkout', record, replaces: undefined }]);
  };

  it("keeps the six-field record of VWO's documentation", async () => {
    const storage = new root.MemoryStorage();
    for (const experimentVariationId of [1, 2]) {
      const userId = `documented-${experimentVariationId}`;
      const record = { featureKey: 'new-checkout', userId, ...documented, ...experiment, experimentVariationId };
      await remember(storage, userId, record);
    }
    const app = await shop({ storage });
    expect(await app.json('/parameters', 'documented-1')).toMatchObject({ source: 'storage', button: 'blue' });
    expect(await app.json('/parameters', 'documented-2')).toMatchObject({ source: 'storage', button: 'green' });
  });

  it('keeps the unknown fields of a record that it changes', async () => {
    const storage = new root.MemoryStorage();
    await remember(storage, 'ann', { featureKey: 'new-checkout', userId: 'ann', ...documented, note: 'kept' });
    const app = await shop({ storage });
    expect(await app.json('/parameters', 'ann')).toMatchObject({ on: true });
    const record = async () => (await recordsOf(storage, 'ann'))['new-checkout'];
    await eventually(async () => (await record())?.['experimentId'] === 2, 'the changed record');
    expect(await record()).toMatchObject({ ...documented, featureId: 1, note: 'kept' });
  });

  it("refuses another user's record, counts it and replaces it", async () => {
    const storage = new root.MemoryStorage();
    const foreign = {
      featureKey: 'new-checkout',
      userId: 'bob',
      ...documented,
      ...experiment,
      experimentVariationId: 1,
    };
    await remember(storage, 'ann', foreign);
    const app = await shop({ storage });
    const before = app.vwo.counters();
    expect(await app.json('/parameters', 'ann')).toMatchObject({ on: true, source: 'rules' });
    expect(troubles(before, app.vwo.counters())).toHaveLength(1);
    await eventually(
      async () => (await recordsOf(storage, 'ann'))['new-checkout']?.['userId'] === 'ann',
      'the new record',
    );
  });

  it('is off where the rules were emptied, also for a user with a stored decision', async () => {
    const app = await shop();
    await app.json('/parameters', 'ann');
    await eventually(async () => (await app.vwo.storedDecisions('ann')).size > 0, 'the records');
    edge.setSettings(testing.accountSettings({ features: [testing.feature('new-checkout')] }));
    await app.vwo.refresh();
    expect(await app.json('/parameters', 'ann')).toMatchObject({ on: false, source: 'none' });
  });

  it('decides right for users at once with a rule on the IP address', async () => {
    const even = testing.rollout({ segments: { or: [{ ip_address: 'wildcard(*.2)' }] } });
    edge.setSettings(testing.accountSettings({ features: [testing.feature('pricing', [even])] }));
    const { vwo } = await shop();
    const users = Array.from({ length: 50 }, (_, index) => ({
      id: `user-${index}`,
      ipAddress: `192.0.2.${(index % 2) + 1}`,
    }));
    const on = await Promise.all(users.map((user) => vwo.run(user, () => vwo.isEnabled('pricing'), ['pricing'])));
    expect(on).toEqual(users.map((_, index) => index % 2 === 1));
  });

  it('refuses a second client at start where the SDK can serve one per process only', async () => {
    await shop();
    await expect(shop()).rejects.toThrow(/SDK/);
  });
});
