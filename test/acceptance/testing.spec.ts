import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { ACCOUNT, SETTINGS, SOON } from './account.js';
import { Application, closeApplications, vwoModule } from './application.js';
import { root, testing } from './package.js';
import { TIMEOUT_MS } from '../common/waiting.js';

const { abTest, accountSettings, feature, rollout, VwoEdge } = testing;

@Controller()
class ShopController {
  @Get()
  home(@root.FlagVariable('new-checkout', 'button', 'none') button: string): object {
    return { button };
  }
}

describe("A team's own tests, with VwoEdge", () => {
  let edge: testing.VwoEdge;
  beforeEach(async () => {
    edge = await VwoEdge.start({
      settings: accountSettings({
        features: [
          feature('new-checkout', [
            rollout(),
            abTest({ variations: [{ variables: { button: 'blue' } }, { variables: { button: 'green' } }] }),
          ]),
        ],
      }),
    });
  });
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  const shop = () => {
    const vwo = vwoModule({ accountId: 123456, sdkKey: 'test', baseUrl: edge.url, events: SOON, startTimeout: 50 });
    return Application.start({ imports: [vwo], controllers: [ShopController] });
  };

  it('decide flags, and see what VWO would have received', async () => {
    const app = await shop();
    expect(await app.json('/', 'ann')).toEqual({ button: expect.stringMatching(/^(blue|green)$/) });
    const events = await edge.waitForEvents((all) => all.some(({ name }) => name === 'vwo_variationShown'), TIMEOUT_MS);
    expect(events.filter(({ name }) => name === 'vwo_variationShown')[0]).toMatchObject({
      props: { id: expect.any(Number), variation: expect.any(Number) },
      accountId: '123456',
    });
    expect(edge.eventsOf('ann').length).toBeGreaterThan(0);
    expect(edge.eventsOf('bob')).toEqual([]);
  });

  it.each<testing.EdgeFault>([
    { kind: 'status', status: 503 },
    { kind: 'silence' },
    { kind: 'reset' },
    { kind: 'slow', ms: 2_000 },
    { kind: 'garbage' },
  ])('let VWO fail: %j', async (fault) => {
    edge.fail('settings', fault);
    const app = await shop();
    expect(await app.json('/', 'ann')).toEqual({ button: 'none' });
  });

  it('wait in vain with an error that tells what came', async () => {
    await shop();
    await edge.waitForRequests((requests) => requests.some(({ path }) => path.includes('settings')), TIMEOUT_MS);
    await expect(edge.waitForEvents((events) => events.some(({ name }) => name === 'never'), 20)).rejects.toThrow(
      /20 ms/,
    );
  });
});

describe('The contract of storages', () => {
  /** Overwrites what somebody else has decided. */
  class Overwriting extends root.MemoryStorage {
    override async save(userId: string, changes: readonly root.StoredChange[]): Promise<void> {
      for (const change of changes) {
        const replaces = (await this.load(userId, [change.key])).get(change.key);
        await super.save(userId, [{ ...change, replaces }]);
      }
    }
  }

  /** The promises that a storage breaks. */
  async function broken(make: () => root.VwoStorage): Promise<string[]> {
    const tests: [string, () => Promise<void>][] = [];
    testing.storageContract((promise, test) => tests.push([promise, test]), make);
    expect(tests.length).toBeGreaterThan(10);
    const names: string[] = [];
    for (const [promise, test] of tests) await test().catch(() => names.push(promise));
    return names;
  }

  it('is kept by the storages of the package, and tells which promise another one breaks', async () => {
    expect(await broken(() => new root.MemoryStorage())).toEqual([]);
    expect((await broken(() => new Overwriting())).length).toBeGreaterThan(0);
  });
});

describe('Settings from a description', () => {
  it('are what VWO sends, and need nothing but flags', () => {
    expect(SETTINGS).toMatchObject({ accountId: ACCOUNT.accountId, version: 1 });
    expect(SETTINGS.features.map(({ key }) => key)).toContain('new-checkout');
    expect(SETTINGS.campaigns.every(({ status }) => status === 'RUNNING')).toBe(true);
  });
});
