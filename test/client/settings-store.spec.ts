import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectorStorage, FmeClient, type VwoClient } from '../../lib/index.js';
import { RedisSettingsStore } from '../../lib/entries/redis.js';
import { accountSettings, fullStackSettings, type VwoEdge } from '../../lib/entries/edge.js';
import { eventually } from '../common/waiting.js';
import { RedisServer } from '../redis/redis-server.js';
import { listening } from './client.fixture.js';
import { type ClientKind, type ClientOptions, edgeOf, FME, FULL_STACK, KINDS } from './three-clients.js';

let edge: VwoEdge;
let folder: string;
const clients: VwoClient[] = [];

beforeEach(async () => {
  [edge, folder] = await Promise.all([edgeOf(), mkdtemp(join(tmpdir(), 'settings-'))]);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all([edge.close(), rm(folder, { recursive: true })]);
});

async function started(kind: ClientKind, options: ClientOptions = {}): Promise<VwoClient> {
  const client = kind.build(edge, { settingsStore: folder, ...options });
  clients.push(client);
  await client.start();
  return client;
}

/** Ends the client once its settings are kept, as if that were long ago: its turn to fetch is over. */
async function closed(): Promise<void> {
  const files = async (end: string): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith(end));
  await eventually(async () => (await files('.json')).length === 1, 'kept settings');
  await clients.splice(0)[0]?.close();
  for (const turn of await files('.turn')) await rm(join(folder, turn));
}

const isOn = async (client: VwoClient): Promise<boolean> => {
  const visit = await client.visit({ id: 'alice' }, ['ab']);
  const on = visit.flag('ab').isEnabled();
  await visit.end();
  return on;
};

const settingsRequests = (): number => edge.requests.filter(({ path }) => path.includes('settings')).length;

describe.each(KINDS)('$name with a settings store', (kind) => {
  it('starts on what is kept while VWO is away, and tells its age', async () => {
    const first = await started(kind);
    const { version } = first.stats().settings;
    await closed();
    edge.fail('settings', { kind: 'reset' });
    const logger = listening();
    const second = await started(kind, { logger, onStartFailure: 'fail' });
    expect(await isOn(second)).toBe(true);
    const { settings } = second.stats();
    expect(settings).toMatchObject({ available: true, version });
    expect(settings.source.available).toBe(false);
    expect(logger.lines.join('\n')).toContain('flags are decided by settings from the settings store');
    edge.heal();
    await expect(second.refresh()).resolves.toBe(false);
    expect(second.stats().settings.source.available).toBe(true);
  });

  it('does not start on what is older than `maxSettingsAge`', async () => {
    await started(kind);
    await closed();
    edge.fail('settings', { kind: 'reset' });
    await pause(5);
    const client = await started(kind, { maxSettingsAge: 1, startTimeout: 300 });
    expect(client.isReady).toBe(false);
  });

  it('never gives settings of one environment to another', async () => {
    await started(kind);
    await closed();
    edge.fail('settings', { kind: 'reset' });
    const client = await started(kind, { environment: 'live', startTimeout: 300 });
    expect(client.isReady).toBe(false);
  });
});

describe('instances that share a settings store', () => {
  let server: RedisServer;
  beforeAll(async () => (server = await RedisServer.start()));
  afterAll(() => server.stop());

  it.each([FME, FULL_STACK])(
    '$name: one fetches at the start, and all hear of what one of them learns',
    async (kind) => {
      await server.client().flushall();
      const build = (): Promise<VwoClient> =>
        started(kind, { settingsStore: new RedisSettingsStore({ url: server.url }) });
      const fleet = await Promise.all([build(), build(), build()]);
      expect(settingsRequests()).toBe(1);
      expect(await Promise.all(fleet.map(isOn))).toEqual([true, true, true]);
      edge.setSettingsFile(fullStackSettings({ accountId: 123456, campaigns: [] }));
      edge.setSettings(accountSettings({ version: 2, features: [] }));
      await expect(fleet[2]?.refresh()).resolves.toBe(true);
      await eventually(
        async () => (await Promise.all(fleet.map(isOn))).every((on) => !on),
        'the flag is off everywhere',
      );
      expect(settingsRequests()).toBe(2);
      expect(fleet[0]?.counters()).toMatchObject({ settingsStoreFailures: 0 });
    },
  );

  it('go on without a Redis that is away, each on its own, with one warning', async () => {
    const away = await RedisServer.start();
    await away.crash();
    const logger = listening();
    const client = await started(FME, { logger, settingsStore: new RedisSettingsStore({ url: away.url }) });
    expect(await isOn(client)).toBe(true);
    await eventually(() => client.counters().settingsStoreFailures >= 2, 'a failed save');
    expect(logger.lines.filter((line) => line.includes('The settings store failed'))).toHaveLength(1);
    expect(logger.lines[0]).toMatch(/^warn: The settings store failed \(claim\): Redis is away: connect ECONNREFUSED/);
    await client.close();
    await away.stop();
  });

  it('share one store, and the last of them to close closes its connections', async () => {
    const settingsStore = new RedisSettingsStore({ url: server.url });
    const [one, two] = [
      await started(FME, { settingsStore }),
      await started(FME, { settingsStore, environment: 'live' }),
    ];
    await one.close();
    edge.setSettings(accountSettings({ version: 3, features: [] }));
    await two.refresh();
    await eventually(async () => (await server.client().keys('*live*')).length > 0, 'a save after the first close');
    expect(two.counters().settingsStoreFailures).toBe(0);
  });
});

describe("a connector that was written for VWO's SDK", () => {
  /** As VWO documents it, with what it keeps of settings. */
  function connector() {
    const kept: { settings: Record<string, unknown>; timestamp: number }[] = [];
    return {
      kept,
      get: () => null,
      set: () => undefined,
      getSettings: (_accountId: number, _sdkKey: string) => Promise.resolve(kept.at(-1)),
      setSettings: (data: { settings: Record<string, unknown>; timestamp: number }) =>
        Promise.resolve(void kept.push(data)),
    };
  }

  it('is given the settings as the SDK gives them, and a start without VWO goes on with them', async () => {
    const service = connector();
    const first = new FmeClient({ accountId: 123456, sdkKey: 'test-sdk-key', baseUrl: edge.url, storage: connectorStorage(service as never), logger: listening() }); // prettier-ignore
    clients.push(first);
    const before = Date.now();
    await first.start();
    await eventually(() => service.kept.length === 1, 'setSettings');
    expect(service.kept[0]?.settings).toMatchObject({ accountId: 123456, sdkKey: 'test-sdk-key' });
    expect(service.kept[0]?.timestamp).toBeGreaterThanOrEqual(before);
    edge.fail('settings', { kind: 'reset' });
    const second = await started(FME, {
      settingsStore: undefined as never,
      storage: connectorStorage(service as never),
    });
    expect(await isOn(second)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['another account', { settings: { ...accountSettings(), accountId: 7 }, timestamp: Date.now() }],
    ['another SDK key', { settings: { ...accountSettings(), sdkKey: 'other' }, timestamp: Date.now() }],
    ['nothing', {}],
    ['no settings', { settings: null, timestamp: 1 }],
    ['no time', { settings: accountSettings() }],
  ])('is not believed where it gives %s', async (_what, answer) => {
    edge.fail('settings', { kind: 'reset' });
    const storage = connectorStorage({ ...connector(), getSettings: () => answer } as never);
    const client = await started(FME, { settingsStore: undefined as never, storage, startTimeout: 300 });
    expect(client.isReady).toBe(false);
  });
});

describe('the option settingsStore', () => {
  const account = { accountId: 123456, sdkKey: 'test-sdk-key' };
  it.each<[object, string]>([
    [{ settingsStore: '' }, '`settingsStore` must be a string that is not empty'],
    [{ settingsStore: {} }, '`settingsStore` must be an object with a method `load`'],
    [{ settingsStore: 7 }, '`settingsStore` must be an object with a method `load`'],
    [
      { settingsStore: '/tmp/x', settings: accountSettings() },
      '`settingsStore` must be left out when settings are given',
    ],
    [{ maxSettingsAge: 0 }, '`maxSettingsAge` must be at least 1 ms'],
  ])('is refused where it is %j', (options, message) => {
    expect(() => new FmeClient({ ...account, ...options })).toThrow(message);
  });
});
