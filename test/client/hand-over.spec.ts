import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryStorage } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { closeStarted, FME, FULL_STACK, OFFICIAL, orderEdge, PRODUCTS, startedOn } from './products.fixture.js';

let edge: VwoEdge;
beforeEach(async () => void (edge = await orderEdge()));
afterEach(async () => {
  await closeStarted();
  await edge.close();
});

const namesOf = (userId: string): string[] => edge.eventsOf(userId).map(({ name }) => name);

describe('VWO gets the events of a visit in the order in which they happened', () => {
  test.each([FME, OFFICIAL])(
    '$name: an exposure reaches VWO before the conversion that follows it',
    async (product) => {
      const client = await startedOn(edge, product);
      const visit = await client.visit({ id: 'ann' });
      const queued = client.counters().eventsQueued;
      visit.flag('ab');
      visit.track('order');
      await until(() => client.counters().eventsQueued > queued);
      await visit.end();
      await client.flush();
      const names = namesOf('ann');
      expect(names).toContain(product.impression);
      expect(names.at(-1)).toBe(product.conversion);
    },
  );

  test('Full Stack: an exposure reaches VWO before the conversion that follows it', async () => {
    const client = await startedOn(edge, FULL_STACK);
    const visit = await client.visit({ id: 'ann' });
    visit.flag('ab');
    visit.track('order');
    await visit.end();
    await client.flush();
    expect(namesOf('ann')).toEqual(['track-user', 'track-goal']);
  });

  test.each([FME, OFFICIAL])(
    '$name: attributes that are set after a flag was read follow its exposure',
    async (product) => {
      const client = await startedOn(edge, product);
      const visit = await client.visit({ id: 'ann' });
      const queued = client.counters().eventsQueued;
      visit.flag('ab');
      visit.setAttribute({ plan: 'gold' });
      await until(() => client.counters().eventsQueued > queued);
      await visit.end();
      await client.flush();
      const names = namesOf('ann');
      expect(names).toContain(product.impression);
      expect(names.at(-1)).toBe('vwo_syncVisitorProp');
    },
  );

  test.each([FME, OFFICIAL])(
    '$name: of two conversions, each follows the exposures that came before it',
    async (product) => {
      const client = await startedOn(edge, product);
      const visit = await client.visit({ id: 'ann' });
      visit.track('order');
      const queued = client.counters().eventsQueued;
      visit.flag('ab');
      visit.track('order');
      await until(() => client.counters().eventsQueued > queued);
      await visit.end();
      await client.flush();
      const names = namesOf('ann');
      expect([names.at(0), names.at(1), names.at(-1)]).toEqual(['order', product.impression, 'order']);
    },
  );
});

describe('flush', () => {
  test.each(PRODUCTS)(
    '$name: inside a handler it sends what the visits that are open have waiting',
    async (product) => {
      const client = await startedOn(edge, product);
      const visits = [await client.visit({ id: 'ann' }), await client.visit({ id: 'bob' })];
      for (const visit of visits) visit.flag('ab');
      expect(await client.flush()).toBe(true);
      expect(namesOf('ann')).toContain(product.impression);
      expect(namesOf('bob')).toContain(product.impression);
      await Promise.all(visits.map((visit) => visit.end()));
      await client.flush();
      const sent = namesOf('ann').filter((name) => name === product.impression);
      expect(sent).toHaveLength(product === FULL_STACK ? 1 : 2); // the rollout's and the test's, none of them twice
    },
  );
});

describe('a visit that never ends', () => {
  /** Longer than anybody would want to wait, in ms. */
  const BOUND = 10 * 60_000;

  test.each(PRODUCTS)('$name: is handed over after a bounded time, with one timer for all visits', async (product) => {
    const clock = new MovedClock();
    const storage = new Watched({ clock });
    const client = await startedOn(edge, product, { clock, storage, events: {} });
    await client.flush();
    const before = client.counters().eventsQueued;
    const timers = clock.timers.length;
    const visits = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.visit({ id: `user-${i}` })), // streams that stay open
    );
    for (const visit of visits) visit.flag('ab');
    expect(clock.timers.length).toBeLessThanOrEqual(timers + 2);
    for (let waited = 0; waited < BOUND && client.counters().eventsQueued === before; waited += 1_000) {
      clock.move(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await client.flush();
    for (const { user } of visits) expect(namesOf(user?.id as string)).toContain(product.impression);
    expect([...storage.saved].sort()).toEqual(visits.map(({ user }) => user?.id).sort());
  });

  test.each(PRODUCTS)('$name: its records are saved though it tracks meanwhile', async (product) => {
    const clock = new MovedClock();
    const storage = new Watched({ clock });
    const client = await startedOn(edge, product, { clock, storage, events: {} });
    const visit = await client.visit({ id: 'ann' });
    visit.flag('ab');
    visit.track('order');
    await passing(clock, () => storage.saved.has('ann'));
    await visit.end();
  });

  test.each(PRODUCTS)('$name: its end hands nothing over a second time', async (product) => {
    const clock = new MovedClock();
    const client = await startedOn(edge, product, { clock, events: {} });
    const visit = await client.visit({ id: 'ann' });
    visit.flag('ab');
    await passing(clock, () => client.counters().storageWrites > 0);
    await client.flush();
    expect(namesOf('ann')).toContain(product.impression);
    const heard = namesOf('ann').length;
    await visit.end();
    await client.flush();
    expect(namesOf('ann')).toHaveLength(heard);
  });

  /** Moves the clock until the condition holds, or the bound has passed. */
  async function passing(clock: MovedClock, holds: () => boolean): Promise<void> {
    for (let waited = 0; waited < BOUND && !holds(); waited += 1_000) {
      clock.move(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(holds()).toBe(true);
  }
});

/** Notes for whom records were saved. */
class Watched extends MemoryStorage {
  readonly saved = new Set<string>();

  override save(...args: Parameters<MemoryStorage['save']>): void | Promise<void> {
    this.saved.add(args[0]);
    return super.save(...args);
  }
}
