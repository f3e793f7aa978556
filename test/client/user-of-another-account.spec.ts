import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { VwoClient, VwoUserContext } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { type ClientKind, edgeOf, FME, FULL_STACK, KINDS, OFFICIAL } from './three-clients.js';

let edge: VwoEdge;
let other: VwoEdge;
const started: VwoClient[] = [];
beforeEach(async () => {
  edge = await edgeOf(111111);
  other = await edgeOf(222222);
});
afterEach(async () => {
  for (const client of started.splice(0)) await client.close();
  await Promise.all([edge.close(), other.close()]);
});

async function start(kind: ClientKind, on = edge): Promise<VwoClient> {
  const client = kind.build(on);
  started.push(client);
  await client.start();
  return client;
}

/** What code of an application may do to an object that it was given; a refusal (`TypeError`) is as good. */
function tryTo(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

describe('the user of a visit, given to a client of another account', () => {
  const foreign = async (): Promise<VwoUserContext> => (await (await start(FME)).visit({ id: 'alice' })).user!;
  const heard = (): string[] => other.eventsOf('alice').map(({ name }) => name);

  const tracks = async (kind: ClientKind): Promise<void> => {
    const client = await start(kind, other);
    const visit = await client.visit({ id: 'alice' });
    visit.flag('ab'); // Full Stack tracks goals of users who are in the campaign
    await visit.end();
    await client.flush();
    const before = heard().length;
    expect(client.track(await foreign(), 'order')).toBe(true);
    await client.flush();
    expect(heard().slice(before)).toHaveLength(1);
  };
  const sendsAttributes = async (kind: ClientKind): Promise<void> => {
    const client = await start(kind, other);
    expect(client.setAttribute(await foreign(), { plan: 'gold' })).toBe(true);
    await client.flush();
    expect(heard()).toHaveLength(1);
  };
  const opensVisits = async (kind: ClientKind): Promise<void> => {
    const client = await start(kind, other);
    const visit = await client.visit(await foreign());
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
    await client.flush();
    expect(heard()).toHaveLength(1);
  };

  test('is tracked by FmeClient under the UUID of its own account', () => tracks(FME));
  test('has attributes sent by FmeClient under the UUID of its own account', () => sendsAttributes(FME));
  test('has impressions in a visit of FmeClient under the UUID of its own account', () => opensVisits(FME));

  describe.each([OFFICIAL, FULL_STACK])('$name', (kind) => {
    it('is tracked under the UUID of its own account', () => tracks(kind));
    it('has attributes sent under the UUID of its own account', () => sendsAttributes(kind));
    it('has impressions under the UUID of its own account', () => opensVisits(kind));
  });

  it('is the same user at the same client', async () => {
    const client = await start(FME);
    const visit = await client.visit({ id: 'alice', sessionId: 7, ipAddress: '203.0.113.7' });
    expect((await client.visit(visit.user)).user).toMatchObject({
      id: 'alice',
      sessionId: 7,
      ipAddress: '203.0.113.7',
    });
  });
});

describe.each(KINDS)('what a caller does to `visit.user` of a $name', (kind) => {
  test('cannot store the decision for somebody else', async () => {
    const client = await start(kind);
    const visit = await client.visit({ id: 'alice' });
    tryTo(() => Object.assign(visit.user!, { id: 'bob' }));
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
    expect([(await client.storedDecisions('alice')).size, (await client.storedDecisions('bob')).size]).toEqual([1, 0]);
  });

  test('cannot send an event for somebody else', async () => {
    const client = await start(kind);
    const visit = await client.visit({ id: 'alice' });
    visit.flag('ab');
    tryTo(() => Object.assign(visit.user!, { id: 'bob' }));
    expect(visit.track('order')).toBe(true);
    await visit.end();
    await client.flush();
    expect(edge.eventsOf('bob')).toEqual([]);
    expect(edge.eventsOf('alice')).not.toEqual([]);
  });

  test('changes nothing of what the visit knows of its user', async () => {
    const client = await start(kind);
    const given = { id: 'alice', customVariables: { plan: 'free' }, bucketingSeed: 'acme', ipAddress: '203.0.113.7' };
    const visit = await client.visit({ ...given, userAgent: 'Lynx', sessionId: 7, isDevMode: false });
    const before = { ...visit.user };
    const changed = { customVariables: { plan: 'gold' }, bucketingSeed: 'x', ipAddress: '::', userAgent: 'x' };
    for (const [name, value] of Object.entries({ ...changed, sessionId: 8, isDevMode: true })) {
      tryTo(() => Object.assign(visit.user!, { [name]: value }));
    }
    expect(visit.user).toMatchObject(before);
  });
});
