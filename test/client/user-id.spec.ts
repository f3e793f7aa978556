import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { VwoClient, VwoUserContext } from '../../lib/index.js';
import { accountSettings, feature, rollout, type VwoEdge } from '../../lib/entries/edge.js';
import { listening } from './client.fixture.js';
import { edgeOf, FME, KINDS } from './three-clients.js';

let edge: VwoEdge;
const started: VwoClient[] = [];
beforeEach(async () => void (edge = await edgeOf()));
afterEach(async () => {
  for (const client of started.splice(0)) await client.close();
  await edge.close();
});

const who = (id: unknown): VwoUserContext => ({ id }) as VwoUserContext;

describe.each(KINDS)('an id given to a $name', (kind) => {
  const logger = listening();
  const start = async (): Promise<VwoClient> => {
    logger.lines.length = 0;
    const client = kind.build(edge, { logger });
    started.push(client);
    await client.start();
    return client;
  };

  describe('that is a bigint', () => {
    test('opens the visit of that user', async () => {
      const visit = await (await start()).visit(who(9007199254740993n));
      expect(visit.user?.id).toBe('9007199254740993');
      expect(visit.flag('ab').isEnabled()).toBe(true);
      expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
    });

    test('tracks for that user', async () => {
      const client = await start();
      const visit = await client.visit(who('9007199254740993'));
      visit.flag('ab'); // Full Stack tracks goals of users who are in the campaign
      await visit.end();
      await client.flush();
      const before = edge.eventsOf('9007199254740993').length;
      expect(client.track(who(9007199254740993n), 'order')).toBe(true);
      await client.flush();
      expect(edge.eventsOf('9007199254740993')).toHaveLength(before + 1);
    });

    test('sends attributes of that user', async () => {
      const client = await start();
      expect(client.setAttribute(who(9007199254740993n), { plan: 'gold' })).toBe(true);
      await client.flush();
      expect(edge.eventsOf('9007199254740993')).not.toEqual([]);
    });
  });

  describe('that is blank', () => {
    test('is nobody: the visit has no user and every flag is off', async () => {
      const visit = await (await start()).visit(who('  '));
      expect(visit.user).toBeUndefined();
      expect(visit.flag('ab').isEnabled()).toBe(false);
    });

    test('tracks nothing', async () => {
      const client = await start();
      expect(client.track(who(' \t'), 'order')).toBe(false);
      await client.flush();
      expect(edge.events.filter(({ name }) => name === 'order')).toEqual([]);
    });

    test('sends no attributes', async () => {
      expect((await start()).setAttribute(who('\n'), { plan: 'gold' })).toBe(false);
    });
  });

  it.each([
    ['a string', 'alice', 'alice'],
    ['0', 0, '0'],
    ['a number', 42, '42'],
    ['spaces within', 'a b', 'a b'],
  ])('names the same user at every call: %s', async (_what, id, text) => {
    const client = await start();
    const visit = await client.visit(who(id));
    expect(visit.user?.id).toBe(text);
    expect(client.track(who(id), 'order')).toBe(true);
  });

  test.each([['a\ud800b'], ['\udc00'], ['\udc00\ud800']])(
    "with half of a surrogate pair is nobody, as in VWO's SDKs, and is warned of: %j",
    async (id) => {
      const client = await start();
      const visit = await client.visit(who(id));
      expect([visit.user, visit.flag('ab').isEnabled()]).toEqual([undefined, false]);
      expect(client.track(who(id), 'order')).toBe(false);
      expect(logger.lines.filter((line) => /^warn: .*well-formed Unicode/.test(line))).not.toEqual([]);
      expect((await client.storedDecisions(id)).size).toBe(0);
      expect((await client.visit(who('😀'))).flag('ab').isEnabled()).toBe(true);
    },
  );

  it.each([[''], [NaN], [Infinity], [true], [{}], [null], [Symbol('x')]])('is nobody: %p', async (id) => {
    const client = await start();
    const visit = await client.visit(who(id));
    expect(visit.user).toBeUndefined();
    expect(client.track(who(id), 'order')).toBe(false);
  });

  test.each([[42], [42n]])('finds what was stored for the user, and forgets it: %p', async (id) => {
    const client = await start();
    const visit = await client.visit(who('42'));
    visit.flag('ab');
    await visit.end();
    const asId = id as unknown as string;
    expect((await client.storedDecisions(asId)).size).toBe(1);
    await client.forget(asId);
    expect((await client.storedDecisions('42')).size).toBe(0);
  });

  test.each([['undefined'], ['null'], ['[object Object]']])(
    'is warned of when it is the text of a missing one: "%s"',
    async (id) => {
      await (await start()).visit({ id });
      expect(logger.lines.filter((line) => line.startsWith('warn') && line.includes(`"${id}"`))).toHaveLength(1);
    },
  );
});

describe('an IP address given to a client', () => {
  const atHome = accountSettings({
    features: [
      feature('at-home', [rollout({ segments: { and: [{ or: [{ ip_address: '203.0.113.7' }] }] } })]),
      feature('abroad', [rollout({ segments: { not: { or: [{ ip_address: '203.0.113.7' }] } } })]),
    ],
  });
  const seen = async (ipAddress: string): Promise<object> => {
    edge.setSettings(atHome);
    const client = FME.build(edge);
    started.push(client);
    await client.start();
    const visit = await client.visit({ id: 'alice', ipAddress });
    const [home, abroad] = ['at-home', 'abroad'].map((key) => visit.flag(key).isEnabled());
    return { home, abroad, ipAddress: visit.user?.ipAddress };
  };

  test.each([['::ffff:203.0.113.7'], ['::FFFF:203.0.113.7'], ['::ffff:cb00:7107']])(
    'is plain IPv4 for rules when it is written as IPv6: %s',
    async (ipAddress) => {
      expect(await seen(ipAddress)).toEqual({ home: true, abroad: false, ipAddress: '203.0.113.7' });
    },
  );

  it.each([['2001:db8::ffff'], ['::1'], ['198.51.100.1'], ['not an address']])(
    'stays as it is: %s',
    async (ipAddress) => {
      expect(await seen(ipAddress)).toEqual({ home: false, abroad: true, ipAddress });
    },
  );
});
