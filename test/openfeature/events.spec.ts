import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type EventDetails, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import type { VwoClient } from '../../lib/index.js';
import { VwoOpenFeatureProvider } from '../../lib/entries/openfeature.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { turns, until } from '../common/waiting.js';
import { abSettings, abSettingsFile, type ClientKind, FME, FULL_STACK, KINDS } from '../client/three-clients.js';
import { logged, openFeatureOn, resetOpenFeature } from './of.fixture.js';

const BROKEN = { kind: 'status', status: 503 } as const;

let edge: VwoEdge;
let client: Client;
let seen: [string, EventDetails | undefined][];
beforeAll(async () => void (edge = await VwoEdge.start()));
afterAll(() => edge.close());
beforeEach(() => {
  edge.clear();
  edge.setSettings(abSettings());
  edge.setSettingsFile(abSettingsFile());
  client = OpenFeature.getClient();
  seen = [];
  for (const event of Object.values(ProviderEvents)) {
    OpenFeature.addHandler(event, (details) => void seen.push([event, details]));
  }
});
afterEach(async () => {
  edge.heal();
  await resetOpenFeature();
});

const names = () => seen.map(([name]) => name);

/** What is seen of the work, and nothing of what was before. */
async function seenOf(work: () => Promise<unknown>): Promise<readonly [string, EventDetails | undefined][]> {
  await turns();
  seen.length = 0;
  await work();
  await turns();
  return [...seen];
}

function without(kind: ClientKind): VwoClient {
  edge.fail('settings', BROKEN);
  return kind.build(edge, { startTimeout: 1 });
}

describe.each(KINDS)('of $name', (kind) => {
  it('PROVIDER_READY comes once the client has started, once', async () => {
    const vwo = kind.build(edge);
    expect(vwo.isStarted).toBe(false);
    await openFeatureOn(vwo);
    await turns();
    expect(names()).toEqual(['PROVIDER_READY']);
    expect(vwo.isReady).toBe(true);
  });

  it('PROVIDER_ERROR comes where there are no settings in time, and PROVIDER_READY when there are', async () => {
    const vwo = without(kind);
    await expect(openFeatureOn(vwo)).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' });
    await turns();
    expect(names()).toEqual(['PROVIDER_ERROR']);
    edge.heal();
    await vwo.ready;
    await turns();
    expect(names()).toEqual(['PROVIDER_ERROR', 'PROVIDER_READY']);
    expect(client.providerStatus).toBe('READY');
    expect(await client.getBooleanValue('ab', false, { targetingKey: 'ann' })).toBe(true);
  });

  it('PROVIDER_STALE comes once where settings cannot be fetched any more; flags are decided by the last good ones', async () => {
    const vwo = kind.build(edge);
    await openFeatureOn(vwo);
    edge.fail('settings', BROKEN);
    const stale = await seenOf(async () => {
      for (let tries = 0; tries < 2; tries++) await vwo.refresh().catch(() => undefined);
    });
    expect(stale.map(([name]) => name)).toEqual(['PROVIDER_STALE']);
    expect(client.providerStatus).toBe('STALE');
    expect(await client.getBooleanValue('ab', false, { targetingKey: 'ann' })).toBe(true);
    edge.heal();
    expect((await seenOf(() => vwo.refresh())).map(([name]) => name)).toEqual(['PROVIDER_READY']);
    expect(client.providerStatus).toBe('READY');
  });

  it('after the end there are none', async () => {
    const vwo = kind.build(edge);
    await vwo.start();
    await openFeatureOn(vwo);
    await OpenFeature.clearProviders();
    edge.fail('settings', BROKEN);
    expect(await seenOf(() => vwo.refresh().catch(() => undefined))).toEqual([]);
  });
});

describe('PROVIDER_CONFIGURATION_CHANGED', () => {
  const more = () => accountSettings({ features: [feature('ab', [rollout({ percent: 5 })]), feature('new')] });

  it('names the flags that have changed', async () => {
    const vwo = FME.build(edge);
    await openFeatureOn(vwo);
    edge.setSettings(more());
    const changed = await seenOf(() => vwo.refresh());
    expect(changed).toEqual([
      ['PROVIDER_CONFIGURATION_CHANGED', expect.objectContaining({ flagsChanged: ['ab', 'new'], providerName: 'vwo' })],
    ]);
    expect(client.providerStatus).toBe('READY');
    expect(await seenOf(() => vwo.refresh())).toEqual([]);
  });

  it('comes of Full Stack, too', async () => {
    const vwo = FULL_STACK.build(edge);
    await openFeatureOn(vwo);
    edge.setSettingsFile({ ...abSettingsFile(), campaigns: [] });
    const [[name, details] = []] = await seenOf(() => vwo.refresh());
    expect([name, details?.['flagsChanged']]).toEqual(['PROVIDER_CONFIGURATION_CHANGED', ['ab']]);
  });

  it('comes before PROVIDER_READY where it was stale', async () => {
    const vwo = FME.build(edge);
    await openFeatureOn(vwo);
    edge.fail('settings', BROKEN);
    await vwo.refresh().catch(() => undefined);
    edge.heal();
    edge.setSettings(more());
    const events = await seenOf(() => vwo.refresh());
    expect(events.map(([name]) => name)).toEqual(['PROVIDER_CONFIGURATION_CHANGED', 'PROVIDER_READY']);
  });
});

describe('a client', () => {
  it('that was not started is started by `initialize`, and closed by `onClose`', async () => {
    const vwo = FME.build(edge);
    await openFeatureOn(vwo);
    client.track('order', { targetingKey: 'ann' });
    await OpenFeature.close();
    expect(vwo.isReady).toBe(false);
    expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['order']); // sent at the end
    await OpenFeature.close();
  });

  it('that somebody else has started stays theirs', async () => {
    const vwo = FME.build(edge);
    await vwo.start();
    await openFeatureOn(vwo);
    await OpenFeature.clearProviders();
    expect(vwo.isReady).toBe(true);
    await openFeatureOn(vwo); // another time
    expect(await client.getBooleanValue('ab', false, { targetingKey: 'ann' })).toBe(true);
  });

  it('that is starting already is waited for', async () => {
    const vwo = FME.build(edge);
    const starting = vwo.start();
    await openFeatureOn(vwo);
    expect(client.providerStatus).toBe('READY');
    await starting;
  });

  it('that refuses to start is fatal', async () => {
    edge.fail('settings', BROKEN);
    const vwo = FME.build(edge, { startTimeout: 1, onStartFailure: 'fail' });
    await expect(openFeatureOn(vwo)).rejects.toMatchObject({
      code: 'PROVIDER_FATAL',
      cause: expect.objectContaining({ code: 'VWO_START' }),
    });
    expect(client.providerStatus).toBe('FATAL');
  });

  it('that starts is not waited for after the end of the provider', async () => {
    const vwo = FME.build(edge);
    const starting = vwo.start();
    const provider = new VwoOpenFeatureProvider(vwo);
    const begun = expect(provider.initialize()).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' });
    await provider.onClose();
    await starting;
    expect(vwo.isReady).toBe(true);
    await begun;
    await vwo.close();
  });

  it('that is closed by OpenFeature while it starts ends the start', async () => {
    edge.fail('settings', { kind: 'silence' });
    const provider = new VwoOpenFeatureProvider(FME.build(edge, { startTimeout: 40_000 }));
    OpenFeature.setProvider(provider);
    await OpenFeature.clearProviders();
    await until(() => logged.some((line) => line.includes('were closed')));
  });
});

describe('one domain for each account', () => {
  it('reads and tracks in its own, and tells its own events', async () => {
    const other = await VwoEdge.start({
      settings: accountSettings({ accountId: 654321, features: [feature('theirs', [rollout()])] }),
    });
    try {
      const vwo = FME.build(edge);
      const partners = FME.build(other, { accountId: 654321 } as object);
      await openFeatureOn(vwo);
      await openFeatureOn(partners, 'partners');
      const theirs = OpenFeature.getClient('partners');
      const ann = { targetingKey: 'ann' };
      const keys = ['ab', 'theirs'];
      const flagsOf = async (of: Client) => Promise.all(keys.map((key) => of.getBooleanValue(key, false, ann)));
      expect([await flagsOf(client), await flagsOf(theirs)]).toEqual([
        [true, false],
        [false, true],
      ]);
      other.fail('settings', BROKEN);
      await partners.refresh().catch(() => undefined);
      expect([client.providerStatus, theirs.providerStatus]).toEqual(['READY', 'STALE']);
    } finally {
      await resetOpenFeature();
      await other.close();
    }
  });
});
