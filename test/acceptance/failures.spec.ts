import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { ACCOUNT, eventNames, SETTINGS, SOON, troubles } from './account.js';
import { Application, closeApplications, vwoModule } from './application.js';
import { TIMEOUT_MS, eventually } from '../common/waiting.js';
import { root, testing } from './package.js';

@Controller()
class ShopController {
  @Get('checkout')
  checkout(@root.Flag('new-checkout') flag: root.VwoFlag): object {
    return { on: flag.isEnabled(), source: flag.source, variation: flag.variation?.key };
  }

  @Get('place')
  place(@root.FlagEnabled('at-home') on: boolean, @root.FlagEnabled('anywhere') anywhere: boolean): object {
    return { on, anywhere };
  }
}

/** Answers `load` and `save` as it is told, and notes what it is to save. */
class Storage extends root.VwoStorage {
  readonly saved: string[] = [];

  constructor(
    private readonly onLoad: () => unknown,
    private readonly onSave: () => unknown = () => undefined,
  ) {
    super();
  }

  load(): Promise<root.StoredDecisions> {
    return this.onLoad() as Promise<root.StoredDecisions>;
  }

  save(userId: string): Promise<void> {
    this.saved.push(userId);
    return this.onSave() as Promise<void>;
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }
}

const broken = (): never => {
  throw new Error('the store is away');
};

describe('When things fail', () => {
  let edge: testing.VwoEdge;
  beforeEach(async () => void (edge = await testing.VwoEdge.start({ settings: SETTINGS })));
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  const shop = (options: Partial<root.VwoModuleOptions> = {}) => {
    const imports = [vwoModule({ ...ACCOUNT, baseUrl: edge.url, events: SOON, closeTimeout: 500, ...options })];
    return Application.start({ imports, controllers: [ShopController] });
  };
  const decided = { on: true, source: 'rules', variation: expect.any(String) };

  describe('the store that', () => {
    it.each<[string, () => unknown]>([
      ['throws', broken],
      ['rejects', () => Promise.reject(new Error('the store is away'))],
      ['hangs', () => new Promise(() => undefined)],
      ['answers nonsense', () => Promise.resolve(7)],
    ])(
      '%s on reading costs stored decisions only; what is decided blind is stored where nothing is',
      async (_how, onLoad) => {
        const storage = new Storage(onLoad);
        const app = await shop({ storage, storageTimeout: 20 });
        const before = app.vwo.counters();
        expect(await app.json('/checkout', 'ann')).toEqual(decided);
        expect(await app.json('/checkout', 'bob')).toEqual(decided);
        expect(troubles(before, app.vwo.counters())).toHaveLength(1);
        const warnings = app.warnings('');
        expect(warnings).not.toEqual([]);
        expect(new Set(warnings).size).toBe(warnings.length);
        await closeApplications();
        expect(storage.saved).toEqual(['ann', 'bob']);
        expect(eventNames(edge, 'ann')).toHaveLength(2);
      },
    );

    it('answers late changes nothing of a visit that went on; the next one has what is stored', async () => {
      let answer = (_records: root.StoredDecisions): void => undefined;
      const late = new Promise<root.StoredDecisions>((resolve) => (answer = resolve));
      const { vwo } = await shop({ storage: new Storage(() => late), storageTimeout: 20 });
      const visit = await vwo.visit({ id: 'full' });
      const rollout = { rolloutId: 3, rolloutKey: 'pricing_rolloutRule1', rolloutVariationId: 1 };
      const experiment = { experimentId: 4, experimentKey: 'pricing_testingRule1', experimentVariationId: 2 };
      answer(new Map([['pricing', { featureKey: 'pricing', userId: 'full', ...rollout, ...experiment }]]));
      await new Promise((resolve) => setImmediate(resolve));
      expect(visit.flag('pricing').source).toBe('rules');
      await visit.end();
      expect(await vwo.run({ id: 'full' }, () => vwo.flag('pricing').source)).toBe('storage');
    });

    it.each<[string, () => unknown]>([
      ['throws', broken],
      ['rejects', () => Promise.reject(new Error('the store is away'))],
    ])('%s on writing costs nothing of the answer; the decision is kept', async (_how, onSave) => {
      const storage = new Storage(() => Promise.resolve(new Map()), onSave);
      const app = await shop({ storage });
      const before = app.vwo.counters();
      const first = await app.json('/checkout', 'ann');
      await eventually(() => troubles(before, app.vwo.counters()).length > 0, 'the failed write');
      expect([first, await app.json('/checkout', 'ann')]).toEqual([decided, { ...first, source: 'storage' }]);
      await closeApplications();
      expect(storage.saved).toContain('ann');
    });
  });

  describe('VWO that does not answer at start', () => {
    it('leaves every flag off and is said; the flags come on when it answers', async () => {
      edge.fail('settings', { kind: 'reset' });
      const app = await shop({ startTimeout: 20 });
      expect(await app.json('/checkout', 'ann')).toEqual({ on: false, source: 'none' });
      expect(app.lines.filter((line) => /^(warn|error)/.test(line) && /flag/.test(line))).not.toEqual([]);
      edge.heal();
      await eventually(async () => (await app.json('/checkout', 'ann'))['on'] === true, 'flags that are on');
    });

    it("keeps the application from starting with onStartFailure: 'fail'", async () => {
      edge.fail('settings', { kind: 'status', status: 503 });
      await expect(shop({ startTimeout: 20, onStartFailure: 'fail' })).rejects.toThrow(/settings/i);
    });
  });

  it.each<[string, (fault: testing.VwoEdge) => void]>([
    ['fails', (vwo) => vwo.fail('settings', { kind: 'status', status: 500 })],
    ['is cut', (vwo) => vwo.fail('settings', { kind: 'reset' })],
    ['brings a page of HTML', (vwo) => vwo.fail('settings', { kind: 'garbage' })],
    ['brings settings that are none', (vwo) => vwo.setSettings('none')],
    ['brings settings of another account', (vwo) => vwo.setSettings(testing.accountSettings({ accountId: 7 }))],
  ])('a refresh that %s leaves the last good settings', async (_how, fault) => {
    const app = await shop();
    fault(edge);
    await expect(app.vwo.refresh()).rejects.toThrow();
    expect(await app.json('/checkout', 'ann')).toEqual(decided);
  });

  it('settings with something unknown are said once, with feature and place; that rule does not match', async () => {
    const { accountSettings, feature, rollout } = testing;
    const settings = accountSettings({
      features: [
        feature('at-home', [rollout({ segments: { and: [{ telepathy: 'yes' }] } })]),
        feature('anywhere', [rollout()]),
      ],
    });
    edge.setSettings(settings);
    const app = await shop();
    expect(await app.json('/place', 'ann')).toEqual({ on: false, anywhere: true });
    expect(await app.json('/place', 'bob')).toEqual({ on: false, anywhere: true });
    const warnings = app.warnings('at-home');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/telepathy/);
  });

  it('events that VWO does not take wait and are sent again', async () => {
    const app = await shop();
    await app.vwo.flush();
    edge.fail('events', { kind: 'status', status: 503 }, { times: 1 });
    await app.json('/checkout', 'ann');
    await edge.waitForEvents(() => eventNames(edge, 'ann').length === 2, TIMEOUT_MS);
    expect(eventNames(edge, 'ann')).toEqual(['vwo_variationShown', 'vwo_variationShown']);
  });

  it.each<testing.EdgeFault>([{ kind: 'silence' }, { kind: 'status', status: 500 }])(
    'rules that need the gateway do not match when it is down: %j',
    async (fault) => {
      const { accountSettings, feature, rollout } = testing;
      const india = rollout({ segments: { and: [{ country: 'India' }] } });
      edge.setSettings(accountSettings({ features: [feature('at-home', [india]), feature('anywhere', [rollout()])] }));
      edge.setLocation('127.0.0.1', { country: 'India' });
      edge.fail('gateway', fault);
      const app = await shop({ gateway: { url: edge.url, timeout: 50 } });
      expect(await app.json('/place', 'ann')).toEqual({ on: false, anywhere: true });
    },
  );

  it('the end of the process: app.close() finishes writes and events', async () => {
    const real = new root.MemoryStorage();
    let written = false;
    class Slow extends root.MemoryStorage {
      override async save(userId: string, changes: readonly root.StoredChange[]): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await real.save(userId, changes);
        written = true;
      }
    }
    const app = await shop({ storage: new Slow(), events: { flushInterval: 60_000 }, closeTimeout: 5_000 });
    await app.json('/checkout', 'ann');
    await closeApplications();
    expect(written).toBe(true);
    expect((await real.load('ann', ['new-checkout'])).size).toBe(1);
    expect(eventNames(edge, 'ann')).toEqual(['vwo_variationShown', 'vwo_variationShown']);
  });

  it('1,000 users at once with a rule on the IP address get each their own decision', async () => {
    const { accountSettings, feature, rollout } = testing;
    const even = rollout({ segments: { or: [{ ip_address: 'wildcard(*.2)' }] } });
    edge.setSettings(accountSettings({ features: [feature('new-checkout', [even])] }));
    const { vwo } = await shop();
    const users = Array.from({ length: 1_000 }, (_, index) => ({
      id: `user-${index}`,
      ipAddress: `192.0.2.${index % 2 === 0 ? '1' : '2'}`,
    }));
    const on = await Promise.all(users.map((user) => vwo.run(user, () => vwo.isEnabled('new-checkout'))));
    expect(on).toEqual(users.map((_, index) => index % 2 === 1));
  });
});
