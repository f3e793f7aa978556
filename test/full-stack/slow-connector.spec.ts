import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { connectorStorage } from '../../lib/index.js';
import { type Said, listening } from '../client/client.fixture.js';
import { fullStackClient, shopSettingsFile, visitOf } from './full-stack.fixture.js';

describe('a userStorageService whose `get` takes longer than `storageTimeout` at every read', () => {
  let edge: VwoEdge;
  let client: FullStackClient;
  let logger: Said;
  /** Answers of `get` that are still to come. */
  let reads: (() => void)[];

  beforeEach(async () => {
    edge = await VwoEdge.start({ settingsFile: shopSettingsFile() });
    logger = listening();
    reads = [];
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  /** Three visits, one after another. */
  async function visited(storageTimeout: number | undefined, get: () => Promise<unknown>): Promise<void> {
    const storage = connectorStorage({ get, set: () => undefined }, { order: 'user-first' });
    client = await fullStackClient(edge, { storage, logger, storageTimeout });
    for (const id of ['ann', 'bob', 'cid']) await (await visitOf(client, id)).end();
  }

  const cures = () =>
    logger.lines.filter(
      (line) => /^(warn|error)/.test(line) && line.includes('storageTimeout') && /\b(raise|increase|set)\b/i.test(line),
    );

  it('is warned of, with the cure: a higher `storageTimeout`', async () => {
    await visited(undefined, () => new Promise<void>((resolve) => reads.push(resolve)));
    expect(reads.length).toBeGreaterThan(0);
    for (const answer of reads) answer();
    await turn(); // what comes with the late answers
    expect(client.counters().storageReadFailures).toBe(3);
    expect(cures()).toHaveLength(1);
  });

  it('is not warned of once `storageTimeout` is long enough, and records are read', async () => {
    await visited(10_000, () => turn());
    expect(client.counters().storageReadFailures).toBe(0);
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });
});
