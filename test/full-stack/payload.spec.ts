import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';
import { type Captured, captureRequests, realSdk } from './real-sdk.js';

const USER = {
  id: 'ann',
  userAgent: 'Mozilla/5.0 (X11; Linux) ünïcode',
  ipAddress: '203.0.113.7',
};
const about = { userAgent: USER.userAgent, userIpAddress: USER.ipAddress };

/** A storage service as VWO's page shows it. */
function userStorageService() {
  const kept = new Map<string, Record<string, unknown>>();
  return {
    get: (_userId: string, campaignKey: string) => kept.get(campaignKey) as Record<string, unknown>,
    set: (record: Record<string, unknown>) => void kept.set(String(record['campaignKey']), record),
  };
}

describe('events of Full Stack', () => {
  let edge: VwoEdge;
  let client: FullStackClient;

  async function start(eventArchitecture: boolean): Promise<void> {
    edge = await VwoEdge.start({ settingsFile: shopSettingsFile({ eventArchitecture }) });
    client = await fullStackClient(edge);
  }

  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  /** What our client sends for these calls. */
  async function ours(): Promise<readonly Captured[]> {
    const visit = await visitOf(client, USER);
    visit.flag('checkout-test');
    visit.flag('banner');
    visit.track('bought', { campaigns: 'checkout-test' });
    visit.track('paid', { campaigns: 'checkout-test', revenue: 99.5, properties: { currency: 'EUR' } });
    visit.setAttribute({ plan: 'gold & silver' });
    await visit.end();
    await client.flush();
    return edge.requests
      .filter(({ method }) => method === 'POST')
      .map(({ method, path, query, headers, body }) => {
        return { method, host: '', path: `${path}?${new URLSearchParams(query)}`, headers, body };
      });
  }

  /** What the SDK itself sends for them, caught before it leaves. */
  function theirs(config: object, settings = shopSettingsFile()): readonly Captured[] {
    const capture = captureRequests();
    try {
      const sdk = realSdk(settings, { userStorageService: userStorageService(), ...config });
      sdk.activate('checkout-test', USER.id, about);
      sdk.isFeatureEnabled('banner', USER.id, about);
      sdk.track('checkout-test', USER.id, 'bought', about);
      const eventProperties = { currency: 'EUR' };
      sdk.track('checkout-test', USER.id, 'paid', { ...about, revenueValue: 99.5, eventProperties });
      sdk.push({ plan: 'gold & silver' }, USER.id);
      return capture.requests;
    } finally {
      capture.restore();
    }
  }

  const query = (path: string) => Object.fromEntries(new URL(path, 'http://vwo').searchParams);
  const USAGE = ['eb', 'ig', 'ss', 'cl', 'll', 'tr', 'gt', 'pi', '_l'];

  /** Without time, chance, and what the SDK reports about its own options. */
  function comparable(path: string): Record<string, string> {
    const kept = Object.entries(query(path)).filter(([name]) => !['random', 'eTime', ...USAGE].includes(name));
    return Object.fromEntries(kept);
  }

  describe('in batches', () => {
    beforeEach(() => start(false));

    it('are the ones that the SDK sends in batches, to the same path, with the same query and key', async () => {
      const [own, ...more] = await ours();
      const sent = theirs({ batchEvents: { eventsPerRequest: 1 } });
      expect(more).toEqual([]);
      expect(sent).toHaveLength(5);
      const withoutTime = (entry: Record<string, unknown>) => ({ ...entry, sId: 'now' });
      const entriesOf = ({ body }: Captured): unknown[] => JSON.parse(body).ev.map(withoutTime);
      expect(own && entriesOf(own)).toEqual(sent.flatMap(entriesOf));
      for (const each of sent) {
        expect(own?.path.split('?')[0]).toBe(each.path.split('?')[0]);
        expect(own && comparable(own.path)).toEqual(comparable(each.path));
        expect(own?.headers.authorization).toBe(each.headers.Authorization);
      }
    });

    it('reach VwoEdge as impression, goals and tag of that user', async () => {
      await ours();
      expect(edge.eventsOf('ann').map(({ name, props, attributes }) => [name, props, attributes])).toEqual([
        ['track-user', { id: 1, variation: expect.any(Number) }, {}],
        ['track-user', { id: 2, variation: 1 }, {}],
        ['track-goal', { id: 1, variation: expect.any(Number), goal: 101 }, {}],
        ['track-goal', { id: 1, variation: expect.any(Number), goal: 103, revenue: 99.5 }, {}],
        ['push', {}, { plan: 'gold & silver' }],
      ]);
    });
  });

  describe("with VWO's event architecture", () => {
    beforeEach(() => start(true));

    it('are the ones that the SDK posts: path, query, headers and body', async () => {
      const own = await ours();
      const sent = theirs({}, shopSettingsFile({ eventArchitecture: true }));
      expect(own).toHaveLength(5);
      const facts = ({ method, path, headers, body }: Captured): string => {
        const header = (name: string) => headers[name] ?? headers[name.toLowerCase()];
        const about = ['X-Device-User-Agent', 'VWO-X-Forwarded-For'].map(header);
        const timeless = body.replace(/\d{10,13}/g, 'now');
        return JSON.stringify([method, path.split('?')[0], Object.entries(comparable(path)).sort(), about, timeless]);
      };
      expect(own.map(facts).sort()).toEqual(sent.map(facts).sort()); // we post several at once, in no order
    });

    it('name all campaigns of a goal in one event, as the SDK does, each with its own record', async () => {
      const visit = await visitOf(client, USER);
      visit.flag('checkout-test');
      visit.flag('pricing');
      expect(visit.track('bought')).toBe(true);
      await visit.end();
      await client.flush();
      const [goal] = edge.eventsOf('ann').filter(({ name }) => name === 'bought');
      expect(goal?.props).toMatchObject({ vwoMeta: { metric: { id_1: ['g_101'], id_3: ['g_301'] } } });
    });
  });
});
