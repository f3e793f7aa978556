import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryStorage, type VwoClient } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { TIMEOUT_MS, turns } from '../common/waiting.js';
import { listening } from './client.fixture.js';
import { orderEdge, PRODUCTS } from './products.fixture.js';

/** A storage whose connection is being made until `connect` is called. */
class Connecting extends MemoryStorage {
  connect = (): void => undefined;
  private readonly connected = new Promise<void>((resolve) => (this.connect = resolve));

  override open(scope: Parameters<MemoryStorage['open']>[0]): Promise<void> {
    super.open(scope);
    return this.connected;
  }
}

let edge: VwoEdge;
const clients: VwoClient[] = [];
beforeEach(async () => void (edge = await orderEdge()));
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await edge.close();
});

describe('start', () => {
  test.each(PRODUCTS)('$name: waits for the storage to be there', async (product) => {
    const clock = new MovedClock();
    const storage = new Connecting();
    const client = product.make({ baseUrl: edge.url, clock, storage, events: {} });
    clients.push(client);
    let isStarted = false;
    const starting = client.start().then(() => (isStarted = true));
    await edge.waitForRequests(1, TIMEOUT_MS);
    await client.refresh(); // the settings are there
    await turns();
    const before = isStarted;
    storage.connect();
    await starting;
    expect(before).toBe(false);
  });

  test.each(PRODUCTS)('$name: does not wait for the storage longer than `startTimeout`', async (product) => {
    const clock = new MovedClock();
    const options = { baseUrl: edge.url, clock, startTimeout: 2_000, events: {} };
    const client = product.make({ ...options, storage: new Connecting() });
    clients.push(client);
    let isStarted = false;
    const starting = client.start().then(() => (isStarted = true));
    await edge.waitForRequests(1, TIMEOUT_MS);
    await client.refresh();
    clock.move(10);
    await turns();
    const before = isStarted;
    clock.move(1_990);
    await starting;
    expect(before).toBe(false);
  });
});

describe('a client that was never started', () => {
  test.each(PRODUCTS)('$name: says so, with the cure, when a visit asks it for a flag', async (product) => {
    const logger = listening();
    const client = product.make({ baseUrl: edge.url, logger });
    clients.push(client);
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('ab').isEnabled()).toBe(false);
    await visit.end();
    expect(logger.lines.filter((line) => /^(warn|error): .*\bstart(\(\)|ed)/.test(line))).not.toEqual([]);
  });

  test.each(PRODUCTS)('$name: says so, with the cure, when it is told an event', async (product) => {
    const logger = listening();
    const client = product.make({ baseUrl: edge.url, logger });
    clients.push(client);
    expect(client.track({ id: 'ann' }, 'order')).toBe(false);
    expect(logger.lines.filter((line) => /^(warn|error): .*\bstart(\(\)|ed)/.test(line))).not.toEqual([]);
  });
});
