import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { VwoClient } from '../../../lib/index.js';
import type { VwoEdge } from '../../../lib/entries/edge.js';
import { listening } from '../client.fixture.js';
import { edgeOf, FME, FULL_STACK, KINDS } from '../three-clients.js';

let edge: VwoEdge;
let client: VwoClient;
beforeEach(async () => void (edge = await edgeOf()));
afterEach(async () => {
  await client.close();
  await edge.close();
});

describe.each(KINDS)('a visit of $name', (kind) => {
  it('says which flags there are, and reads none by that', async () => {
    const logger = listening();
    client = kind.build(edge, { logger });
    await client.start();
    const visit = await client.visit({ id: 'ann' });
    expect(['ab', 'unheard-of', 'constructor'].map((key) => visit.has?.(key))).toEqual([true, false, false]);
    await visit.end();
    expect(client.counters()).toMatchObject({ decisions: 0, storageWrites: 0 });
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  it('knows no flags where nobody is known, nor where there are no settings', async () => {
    client = kind.build(edge);
    const early = await client.visit({ id: 'ann' });
    await client.start();
    const nobodys = await client.visit(undefined);
    expect([early.has?.('ab'), nobodys.has?.('ab')]).toEqual([false, false]);
  });

  it("says whether it is somebody's", async () => {
    client = kind.build(edge);
    await client.start();
    const visit = await client.visit({ id: 7 });
    expect(['7', 7, 7n, '8', ''].map((id) => visit.isOf?.(id))).toEqual([true, true, true, false, false]);
    expect((await client.visit(undefined)).isOf?.('7')).toBe(false);
  });
});

describe("with VWO's gateway and the option `aliasing`", () => {
  it('a visit is that of either id', async () => {
    edge.setAlias('guest', 'ann');
    client = FME.build(edge, { gateway: { url: edge.url, timeout: 20_000 }, aliasing: true });
    await client.start();
    const visit = await client.visit({ id: 'guest' });
    expect(visit.user?.id).toBe('ann');
    expect(['guest', 'ann', 'bob'].map((id) => visit.isOf?.(id))).toEqual([true, true, false]);
  });
});

describe('an event that was worth something', () => {
  it.each([
    [FME, { value: 9.5, currency: 'EUR' }],
    [FULL_STACK, { revenue: 9.5, properties: { currency: 'EUR' } }],
  ])('$name: says it as its `track` takes it', (kind, expected) => {
    client = kind.build(edge);
    expect(client.trackedAs(9.5, { currency: 'EUR' })).toEqual(expected);
    expect(client.trackedAs(undefined, {})).toEqual({});
  });
});
