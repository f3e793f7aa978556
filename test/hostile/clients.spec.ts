import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { VwoClient, VwoUserContext } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { edgeOf, KINDS } from '../client/three-clients.js';
import { asserted } from '../fuzz/checked-property.js';
import { harmless } from './client.properties.js';

/** Always the same cases: `npm run fuzz -- --target hostile` draws others. */
const SEED = 1;

describe.each(KINDS)('a $name that is told of anything', (kind) => {
  let edge: VwoEdge;
  let client: VwoClient;
  const before = new Set(Object.getOwnPropertyNames(Object.prototype));

  beforeAll(async () => {
    edge = await edgeOf();
    client = kind.build(edge);
    await client.start();
  });
  afterAll(async () => {
    await client.close();
    await edge.close();
  });

  it('throws nowhere, and gives nobody what is about somebody else', async () => {
    await fc.assert(asserted(harmless(() => client)), { seed: SEED, numRuns: 125 });
    await client.flush();
    expect(client.counters().eventsSent).toBeGreaterThan(10);
    expect(client.counters().hookFailures).toBe(0);
    expect(new Set(Object.getOwnPropertyNames(Object.prototype))).toEqual(before);
  });

  it('sends of a user whose values are no text what can be text, and decides', async () => {
    const value = { toString: 1 };
    const user = { id: 'odd', userAgent: value, ipAddress: ['10.0.0.1'], sessionId: {}, postSegmentationVariables: 7 };
    const visit = await client.visit(user as unknown as VwoUserContext);
    expect(visit.flag('ab').isEnabled()).toBe(true);
    expect(visit.user).toMatchObject({ id: 'odd', userAgent: '', ipAddress: '10.0.0.1' });
    expect(visit.track('order')).toBe(true);
    await visit.end();
    await client.flush();
    expect(edge.eventsOf('odd')).not.toEqual([]);
  });

  it('decides for an id of a megabyte as for any other, and for nobody else', async () => {
    const id = 'x'.repeat(1_000_000);
    const visits = await Promise.all([client.visit({ id }), client.visit({ id: `${id}y` })]);
    expect(visits.map((visit) => visit.flag('ab').isEnabled())).toEqual([true, true]);
    expect(visits[0]?.uuid).not.toBe(visits[1]?.uuid);
    for (const visit of visits) await visit.end();
    await client.flush();
    expect((await client.storedDecisions(id)).size).toBeGreaterThan(0);
    await client.forget(id);
    expect((await client.storedDecisions(id)).size).toBe(0);
    expect((await client.storedDecisions(`${id}y`)).size).toBeGreaterThan(0);
  });
});
