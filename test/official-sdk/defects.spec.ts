import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { VwoUserContext } from '../../lib/index.js';
import { type OfficialSdk, SdkClient } from '../../lib/entries/sdk.js';
import { connectorStorage } from '../../lib/storage/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { buildLib, type BuiltLib } from '../common/child-process.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { closeClients, optionsFor, realSdk, sdkClientOf } from './sdk.fixture.js';

/** What a NestJS application meets with VWO's own SDK, and does not meet here. */
describe("a defect of VWO's own SDK does not reach the application:", () => {
  let edge: VwoEdge;
  beforeAll(async () => void (edge = await VwoEdge.start()));
  beforeEach(() => {
    edge.heal();
    edge.setSettings(shopSettings());
    edge.clear();
  });
  afterEach(closeClients);
  afterAll(() => edge.close());

  const isOn = async (client: SdkClient, key: string, user: VwoUserContext): Promise<boolean> => {
    const visit = await client.visit(user, [key]);
    const on = visit.flag(key).isEnabled();
    await visit.end();
    return on;
  };

  it('users at the same moment are not mixed up by a rule on the IP address', async () => {
    const home = rollout({ segments: { and: [{ or: [{ ip_address: 'wildcard(127.*)' }] }] } });
    edge.setSettings(accountSettings({ features: [feature('home', [home]), feature('also-home', [home])] }));
    const client = await sdkClientOf(edge); // a storage in memory answers all of them in one go
    const users = Array.from({ length: 300 }, (_, i) => ({ id: `u${i}`, ipAddress: i % 2 ? '127.0.0.1' : '10.0.0.1' }));
    const seen = await Promise.all(
      users.map(async (user) => {
        const visit = await client.visit(user, ['home', 'also-home']);
        return [visit.flag('home').isEnabled(), visit.flag('also-home').isEnabled()];
      }),
    );
    expect(seen).toEqual(users.map((_, i) => [i % 2 === 1, i % 2 === 1]));
  });

  it('settings are checked when they arrive, and not at every call', async () => {
    let official: { originalSettings?: unknown } = {};
    const sdk: OfficialSdk = { init: async (options) => (official = (await realSdk.init(options)) ?? {}) as never };
    const client = await sdkClientOf(edge, { sdk });
    expect(JSON.stringify(official.originalSettings).length).toBeLessThan(100);
    expect(await isOn(client, 'banner', { id: 'alice' })).toBe(true);
  });

  it.each([
    ['gives a plain value', (): unknown => ({}), undefined],
    ['throws', throws, 'get failed'],
    ['never answers', (): unknown => new Promise(() => undefined), 'no answer within'],
  ])('a storage connector of which `get` %s neither hangs a visit nor ends the process', async (_how, get, warning) => {
    const logger = listening();
    const storage = connectorStorage({ get, set: throws });
    const client = await sdkClientOf(edge, { storage, logger, storageTimeout: 20, closeTimeout: 50 });
    expect(await isOn(client, 'banner', { id: 'alice' })).toBe(true);
    const warnings = logger.lines.filter((line) => line.startsWith('warn'));
    expect(warnings.join()).toContain(warning ?? 'Decisions could not be stored');
  });

  it('a settings server that is silent holds up neither start nor close; flags are off until it answers', async () => {
    edge.fail('settings', { kind: 'silence' }, { times: 1 });
    const logger = listening();
    const client = await sdkClientOf(edge, { startTimeout: 30, logger });
    expect(await isOn(client, 'banner', { id: 'alice' })).toBe(false);
    expect(logger.lines.join()).toContain('within 30 ms');
    await client.close();
    const next = await sdkClientOf(edge);
    expect(await isOn(next, 'banner', { id: 'alice' })).toBe(true);
  });

  it('settings that changed count for visits opened afterwards, those under way keep theirs', async () => {
    const client = await sdkClientOf(edge, { decide: 'all' });
    const under = await client.visit({ id: 'alice' });
    edge.setSettings(accountSettings({ version: 2, features: [feature('closed', [rollout()])] }));
    expect(await client.refresh()).toBe(true);
    expect(under.flag('banner').isEnabled()).toBe(true);
    expect(await isOn(client, 'closed', { id: 'alice' })).toBe(true);
    expect(await isOn(client, 'banner', { id: 'alice' })).toBe(false);
    expect(await client.refresh()).toBe(false);
    await client.flush();
    expect(edge.events.filter(({ name }) => name === 'vwo_fmeSdkInit')).toHaveLength(1);
  });

  it('settings that the SDK refuses leave the last good ones, with a warning; `refresh` rejects', async () => {
    const logger = listening();
    const client = await sdkClientOf(edge, { logger });
    edge.setSettings({ ...shopSettings(), version: undefined });
    await expect(client.refresh()).rejects.toMatchObject({ code: 'VWO_SETTINGS' });
    expect(await isOn(client, 'banner', { id: 'alice' })).toBe(true);
    expect(logger.lines.join()).toContain('The last good ones stay');
    edge.setSettings({ ...shopSettings(), version: 3 });
    expect(await client.refresh()).toBe(true);
  });

  it('a variation without an id does not end the process: such settings are refused', async () => {
    const nameless = structuredClone(shopSettings());
    for (const variation of nameless.campaigns[1]?.variations ?? []) Object.assign(variation, { id: 0 });
    const logger = listening();
    const client = await sdkClientOf(edge, { logger });
    edge.setSettings(nameless);
    await expect(client.refresh()).rejects.toThrow('Feature "checkout" has a variation without an id');
    expect(await isOn(client, 'checkout', { id: 'alice' })).toBe(true);
  });

  it("settings that the SDK refuses stop a start with `onStartFailure: 'fail'`, else every flag is off", async () => {
    edge.setSettings({ ...shopSettings(), version: undefined });
    const clock = new MovedClock();
    const refused = new SdkClient(optionsFor(edge, { clock, startTimeout: 100, onStartFailure: 'fail' }));
    const starting = refused.start().catch((error: unknown) => error);
    await until(() => refused.counters().settingsFailures > 0);
    clock.move(100);
    expect(await starting).toMatchObject({
      code: 'VWO_START',
      message: expect.stringContaining("VWO's SDK refuses these settings"),
    });
    await refused.close();
    const client = new SdkClient(optionsFor(edge, { clock, startTimeout: 100 }));
    const started = client.start();
    await until(() => client.counters().settingsFailures > 0);
    clock.move(100);
    await started;
    expect(await isOn(client, 'banner', { id: 'alice' })).toBe(false);
    await client.close();
  });

  it('given settings that the SDK refuses stop a start at once', async () => {
    const settings = { ...shopSettings(), version: undefined };
    await expect(sdkClientOf(edge, { settings })).rejects.toMatchObject({ code: 'VWO_SETTINGS' });
  });

  it('a second client does not take over the first: it is refused, until the first is closed', async () => {
    const first = await sdkClientOf(edge, { sdk: realSdk });
    const second = new SdkClient(optionsFor(edge, { sdk: realSdk, accountId: 654321, sdkKey: 'other' }));
    await expect(second.start()).rejects.toMatchObject({ code: 'VWO_SDK_IN_USE' });
    await second.close();
    expect(await isOn(first, 'banner', { id: 'alice' })).toBe(true);
    await first.flush();
    expect(edge.eventsOf('alice')).toHaveLength(1);
    await first.close();
    expect((await first.visit({ id: 'bob' }, ['banner'])).flag('banner').isEnabled()).toBe(false);
    const third = await sdkClientOf(edge, { sdk: realSdk });
    expect(await isOn(third, 'banner', { id: 'bob' })).toBe(true);
  });

  it('events wait in a bounded queue while VWO is away, and go out in batches when it is back', async () => {
    edge.fail('events', { kind: 'status', status: 503 });
    const client = await sdkClientOf(edge, { events: { maxQueue: 20, batchSize: 10, flushInterval: 5 } });
    for (let i = 0; i < 50; i++) client.track({ id: `u${i}` }, 'orderPlaced');
    expect(await client.flush()).toBe(false);
    expect(client.counters()).toMatchObject({ eventsQueued: 51, eventsDropped: 31 }); // the start is one too
    edge.heal();
    expect(await client.flush()).toBe(true);
    const names = edge.events.filter(({ name }) => name === 'orderPlaced');
    expect(names.length).toBe(20);
    expect(new Set(names.map(({ batch }) => batch)).size).toBe(2);
  });

  it('what the SDK tells about itself does not crowd out what it tells about users', async () => {
    edge.setSettings({ ...shopSettings(), usageStatsAccountId: 999 });
    const complaining: OfficialSdk = {
      init: async (options) => {
        const official = await realSdk.init(options);
        for (let i = 0; i < 30; i++) await official?.getFlag('no-such-feature', { id: `u${i}` });
        return official;
      },
    };
    const client = await sdkClientOf(edge, { sdk: complaining });
    await client.flush();
    expect(edge.events.filter(({ name }) => name === 'vwo_sdkDebug')).toHaveLength(10);
    expect(edge.events.filter(({ name }) => name === 'vwo_sdkUsageStats')).toHaveLength(0);
  });

  it('a JSON variable cannot be changed for everybody else', async () => {
    const client = await sdkClientOf(edge);
    const layout = async () => {
      const visit = await client.visit({ id: 'alice' }, ['banner']);
      return visit.flag('banner').getVariable<{ columns: number[] }>('layout', { columns: [] });
    };
    const first = await layout();
    expect(() => first.columns.push(3)).toThrow(TypeError);
    expect(() => Object.assign(first, { columns: [] })).toThrow(TypeError);
    expect(await layout()).toEqual({ columns: [1, 2] });
  });

  it('an integration that throws or rejects is a warning, and the flag stays on', async () => {
    const heard: unknown[] = [];
    const logger = listening();
    const callback = async (notice: object): Promise<void> => {
      heard.push(notice);
      if (heard.length > 1) throw new Error('rejected');
      await Promise.resolve();
    };
    const client = await sdkClientOf(edge, { integrations: { callback }, logger });
    const visit = await client.visit({ id: 'alice' }, ['banner', 'checkout']);
    expect(heard).toEqual([]);
    expect(visit.flag('banner').isEnabled()).toBe(true);
    expect(heard).toEqual([expect.objectContaining({ featureKey: 'banner', userId: 'alice', rolloutId: 3 })]);
    expect(visit.flag('checkout').isEnabled()).toBe(true);
    client.track({ id: 'alice' }, 'orderPlaced');
    await client.flush();
    expect(heard).toHaveLength(3);
    await client.close();
    const throwing = await sdkClientOf(edge, { integrations: { callback: throws }, logger });
    expect(await isOn(throwing, 'banner', { id: 'alice' })).toBe(true);
    expect(logger.lines.filter((line) => line.includes('integrations.callback'))).toHaveLength(2);
  });

  it('a frozen user context is as good as any other, and none is written to', async () => {
    const client = await sdkClientOf(edge);
    const user = deeplyFrozen({
      id: 'alice',
      customVariables: { plan: 'gold' },
      variationTargetingVariables: { a: 1 },
    });
    expect(await isOn(client, 'gold', user)).toBe(true);
    expect(await isOn(client, 'checkout', user)).toBe(true);
  });

  it('`getSettings` and `setSettings` of a storage connector are never called by the SDK, and cost nothing where they throw', async () => {
    const connector = { get: () => null, set: () => undefined, getSettings: throws, setSettings: throws };
    const client = await sdkClientOf(edge, { storage: connectorStorage(connector) });
    expect(await isOn(client, 'banner', { id: 'alice' })).toBe(true);
  });

  const broken = (getFlag: (key: string) => unknown): OfficialSdk => ({
    init: async (options) => Object.assign((await realSdk.init(options)) ?? {}, { getFlag }) as never,
  });
  const threeAtOnce = (client: SdkClient) => Promise.all(['a', 'b', 'c'].map((id) => isOn(client, 'banner', { id })));

  it.each<[string, () => unknown]>([
    ['throws', throws],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('an SDK that %s costs the flag, not the request', async (_how, getFlag) => {
    const logger = listening();
    const client = await sdkClientOf(edge, { sdk: broken(getFlag), logger });
    expect(await threeAtOnce(client)).toEqual([false, false, false]);
    expect(logger.lines.join()).toContain('did not decide: broken');
  });

  it('an SDK that hangs costs the flag, not the request, and nobody waits behind it for longer than a second', async () => {
    const logger = listening();
    const clock = new MovedClock();
    let isAsked = false;
    const hanging = broken(() => {
      isAsked = true;
      return new Promise(() => undefined);
    });
    const client = await sdkClientOf(edge, { sdk: hanging, logger, clock });
    const flags = threeAtOnce(client);
    await until(() => isAsked);
    clock.move(1_000);
    expect(await flags).toEqual([false, false, false]);
    expect(logger.lines.join()).toContain('no answer within 1000 ms');
  });

  describe('in a process of its own', () => {
    let lib: BuiltLib;
    beforeAll(async () => void (lib = await buildLib()));
    afterAll(() => lib.remove());

    it('no timer of the SDK keeps a process alive that has nothing more to do', async () => {
      const { code, out, error } = await lib.run(`
        import { SdkClient } from 'lib/entries/sdk.js';
        const client = new SdkClient({ accountId: 123456, sdkKey: 'k', baseUrl: '${edge.url}' });
        await client.start();
        const visit = await client.visit({ id: 'alice' }, ['banner']);
        process.stdout.write(String(visit.flag('banner').isEnabled()));
      `);
      expect({ code, out, error }).toEqual({ code: 0, out: 'true', error: '' });
    });
  });
});

function throws(): never {
  throw new Error('broken');
}

function deeplyFrozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deeplyFrozen(part);
  return Object.freeze(value);
}
