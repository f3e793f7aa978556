import type { VwoClient } from '../../lib/index.js';
import { edgeOf, KINDS } from '../client/three-clients.js';
import { harmless } from '../hostile/client.properties.js';
import { PropertyCases } from './checked-property.js';
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
