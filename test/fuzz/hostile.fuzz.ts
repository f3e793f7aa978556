import type { VwoClient } from '../../lib/index.js';
import { edgeOf, KINDS } from '../client/three-clients.js';
import { kindsOn, shopEdge, WrittenStorage } from '../hostile/stored.fixture.js';
import { StoredByOthers } from '../hostile/stored.properties.js';
import { harmless } from '../hostile/client.properties.js';
import { type Property, PropertyCases } from './checked-property.js';
import { type FuzzRun, runOf } from './fuzz.target.js';

/** A rejection that nobody handles ends the process, which counts as a case that failed. */
export async function startHostile(): Promise<FuzzRun> {
  const edge = await edgeOf();
  const clients: [name: string, client: VwoClient][] = KINDS.map((kind) => [kind.name, kind.build(edge)]);
  for (const [, client] of clients) await client.start();
  const cases = new PropertyCases(Object.fromEntries(clients.map(([name, client]) => [name, harmless(() => client)])));
  return runOf(cases, async () => {
    for (const [, client] of clients) await client.close();
    await edge.close();
  });
}

export async function startHostileRecords(): Promise<FuzzRun> {
  const edge = await shopEdge();
  const properties: Record<string, Property<unknown>> = {};
  const clients: VwoClient[] = [];
  for (const n of [0, 1]) {
    const storage = new WrittenStorage(); // each of its own
    const kind = kindsOn(edge, () => storage)[n];
    if (!kind) continue;
    clients.push(kind.client);
    await kind.client.start();
    properties[kind.name] = (await StoredByOthers.of(kind, storage, edge)).chooseAtMost as Property<unknown>;
  }
  return runOf(new PropertyCases(properties), async () => {
    for (const client of clients) await client.close();
    await edge.close();
  });
}
