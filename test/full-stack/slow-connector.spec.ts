import { setImmediate as turn, setTimeout as later } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { VwoEdge } from '../../lib/entries/testing.js';
import { connectorStorage } from '../../lib/index.js';
import { type Said, listening } from '../client/client.fixture.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';

/** How long each `get` takes, in ms: more than the default of `storageTimeout`, 50. */
const SLOW = 150;

describe('a userStorageService whose `get` takes longer than `storageTimeout` at every read', () => {
  let edge: VwoEdge;
  let client: FullStackClient;
  let logger: Said;
  let reads: Promise<unknown>[];

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile: shopSettingsFile() });
    logger = listening();
    reads = [];
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  /** Three visits, one after another, and the late answers. */
  async function visited(storageTimeout: number | undefined): Promise<void> {
    const get = (): Promise<unknown> => {
      const read = later(SLOW);
      reads.push(read);
      return read;
    };
    const storage = connectorStorage({ get, set: () => undefined }, { order: 'user-first' });
    client = await fullStackClient(edge, { storage, logger, storageTimeout });
    for (const id of ['ann', 'bob', 'cid']) await (await visitOf(client, id)).end();
    await Promise.all(reads);
    await turn(); // what comes with the last answer
  }

  const cures = () =>
    logger.lines.filter(
      (line) => /^(warn|error)/.test(line) && line.includes('storageTimeout') && /\b(raise|increase|set)\b/i.test(line),
    );

  it('is warned of, with the cure: a higher `storageTimeout`', async () => {
    await visited(undefined);
    expect(reads.length).toBeGreaterThan(0);
    expect(client.counters().storageReadFailures).toBe(3);
    expect(cures()).toHaveLength(1);
  });

  it('is not warned of once `storageTimeout` is long enough, and records are read', async () => {
    await visited(10_000);
    expect(client.counters().storageReadFailures).toBe(0);
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });
});
