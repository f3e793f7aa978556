import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FmeClientOptions, VwoClient } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { listening } from './client.fixture.js';
import { abSettings, abSettingsFile, edgeOf, FME, FULL_STACK, KINDS } from './three-clients.js';

let edge: VwoEdge;
const started: VwoClient[] = [];
beforeEach(async () => void (edge = await edgeOf()));
afterEach(async () => {
  for (const client of started.splice(0)) await client.close();
  await edge.close();
});

const OFF = { events: false as unknown as FmeClientOptions['events'] };
const posts = () => edge.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);

async function usesEverything(client: VwoClient): Promise<void> {
  started.push(client);
  await client.start();
  const visit = await client.visit({ id: 'alice' });
  expect(visit.flag('ab').isEnabled()).toBe(true);
  visit.track('order');
  visit.setAttribute({ plan: 'gold' });
  await visit.end();
  client.track({ id: 'alice' }, 'order');
  client.setAttribute({ id: 'alice' }, { plan: 'gold' });
  expect(await client.flush()).toBe(true);
  await client.close();
}

describe.each(KINDS)('a $name with `events: false`', (kind) => {
  test('decides, and sends nothing', async () => {
    await usesEverything(kind.build(edge, OFF));
    expect(posts()).toEqual([]);
  });

  test('remembers what it decided all the same', async () => {
    const client = kind.build(edge, OFF);
    await usesEverything(client);
    expect((await client.storedDecisions('alice')).size).toBe(1);
  });

  test('sends nothing where its settings are given', async () => {
    const given = kind === FULL_STACK ? abSettingsFile() : abSettings();
    await usesEverything(kind.build(edge, { ...OFF, given }));
    expect(edge.requests).toEqual([]);
  });
});

describe.each(KINDS)('a $name whose settings are given as an object', (kind) => {
  const given = kind === FULL_STACK ? abSettingsFile() : abSettings();

  test('says at start where events go', async () => {
    const logger = listening();
    const client = kind.build(edge, { given, logger });
    started.push(client);
    await client.start();
    const said = logger.lines.filter((line) => line.includes(edge.url));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/events/i);
    expect(said[0]).toContain('events: false');
  });
});

describe('an FmeClient whose settings are given and no host is', () => {
  /** So that there is no start event: the test must not post to VWO. */
  const known = { ...abSettings(), sdkMetaInfo: { wasInitializedEarlier: true } };

  test("says at start that events go to VWO's own host", async () => {
    const logger = listening();
    const client = FME.build(edge, { given: known, logger, baseUrl: undefined });
    started.push(client);
    await client.start();
    expect(logger.lines.filter((line) => line.includes('dev.visualwebsiteoptimizer.com'))).toHaveLength(1);
    expect(client.counters().eventsQueued).toBe(0);
  });
});
