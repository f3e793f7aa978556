import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryStorage, type VwoClient } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { buildLib, type BuiltLib } from '../common/child-process.js';
import { loopback, nobody } from '../transport/loopback.js';
import { MovedClock } from '../common/moved-clock.js';
import { turns, until } from '../common/waiting.js';
import {
  clientExpression,
  closeStarted,
  FME,
  FULL_STACK,
  orderEdge,
  orderSettings,
  orderSettingsFile,
  type Product,
  PRODUCTS,
  startedClient,
  startedOn,
} from './products.fixture.js';

const never = (): Promise<never> => new Promise(() => undefined);

/** Neither saves nor closes, and never says so. */
class Hanging extends MemoryStorage {
  override save(): Promise<void> {
    return never();
  }

  override close(): Promise<void> {
    return never();
  }
}

const isDone = (client: VwoClient): boolean => {
  const { eventsQueued, eventsSent, eventsDropped } = client.counters();
  return eventsSent + eventsDropped === eventsQueued;
};

/** How long a close takes on a clock that is moved, in ms. */
async function closingTime(client: VwoClient, clock: MovedClock): Promise<number> {
  const begin = clock.now();
  let closed = false;
  void client.close().then(() => (closed = true));
  for (let i = 0; i < 3_000 && !closed && !isDone(client); i++) await turn(); // what can be sent is sent before time passes
  for (let steps = 0; !closed && steps < 200; steps++) {
    clock.move(100);
    await turns();
  }
  expect(closed).toBe(true);
  return clock.now() - begin;
}

describe('close', () => {
  let edge: VwoEdge;
  beforeEach(async () => void (edge = await orderEdge()));
  afterEach(async () => {
    await closeStarted();
    await edge.close();
  });

  test.each(PRODUCTS)(
    '$name: a flag that is read after it, in a visit that is open still, starts no timer',
    async (product) => {
      const clock = new MovedClock();
      const client = await startedOn(edge, product, { clock });
      const visit = await client.visit({ id: 'ann' }, ['ab']);
      await client.close();
      const { eventsDropped } = client.counters();
      expect(visit.flag('ab').isEnabled()).toBe(true);
      await turns(); // the save has a deadline as long as it is under way
      expect(clock.timers).toEqual([]);
      expect(client.counters().eventsDropped).toBeGreaterThan(eventsDropped); // and what is lost is counted
    },
  );

  test.each(PRODUCTS)(
    '$name: with a storage that hangs it takes `closeTimeout` at most, and what was queued is sent',
    async (product) => {
      const clock = new MovedClock();
      const client = await startedOn(edge, product, { clock, storage: new Hanging(), closeTimeout: 2_000 });
      const visit = await client.visit({ id: 'ann' });
      visit.flag('ab');
      void visit.end();
      expect(await closingTime(client, clock)).toBeLessThanOrEqual(2_000);
      const { eventsQueued, eventsSent, eventsDropped } = client.counters();
      expect(eventsQueued).toBeGreaterThan(0);
      expect({ eventsSent, eventsDropped }).toEqual({ eventsSent: eventsQueued, eventsDropped: 0 });
    },
  );

  test.each(PRODUCTS)(
    '$name: where VWO was never reached it tries once, then drops and counts what is queued',
    async (product) => {
      const clock = new MovedClock();
      const client = await startedClient(product.make({ given: true, clock, baseUrl: await nobody(), events: {} }));
      const visit = await client.visit({ id: 'ann' });
      visit.flag('ab');
      await visit.end();
      const { eventsQueued } = client.counters();
      let closed = false;
      void client.close().then(() => (closed = true));
      try {
        await until(() => client.counters().eventBatchFailures > 0);
        await turns();
        expect(closed).toBe(true); // and the clock has not moved
        expect(client.counters()).toMatchObject({ eventsSent: 0, eventsDropped: eventsQueued });
      } finally {
        clock.move(60_000);
      }
    },
  );

  test('afterwards all clients answer alike', async () => {
    const answers = [];
    for (const product of PRODUCTS) {
      const client = await startedOn(edge, product);
      await client.close();
      const visit = await client.visit({ id: 'ann' });
      const isOn = visit.flag('ab').isEnabled();
      await visit.end();
      const tracked = client.track({ id: 'ann' }, 'order');
      answers.push({ isOn, tracked, attribute: client.setAttribute({ id: 'ann' }, { plan: 'gold' }) });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe('a process that awaits close', () => {
  let lib: BuiltLib;
  beforeAll(async () => void (lib = await buildLib()));
  afterAll(() => lib.remove());

  /** The wall clock of the whole process is the clock's. Time passes when `work` says so; what would take for ever ends with 99. */
  const script = (product: Product, url: string, storage: string, work: string) => `
    import { HeldClock } from 'lib/held-clock.js';
    const clock = new HeldClock();
    Date.now = () => clock.now();
    const { MemoryStorage } = await import('lib/storage/index.js');
    const logger = { log() {}, warn() {}, error() {} };
    const settings = ${JSON.stringify(orderSettings())};
    const settingsFile = ${JSON.stringify(orderSettingsFile())};
    const storage = new (class extends MemoryStorage { ${storage} })();
    const options = { accountId: 123456, sdkKey: 'k', baseUrl: '${url}', closeTimeout: 500, clock };
    const client = ${clientExpression(product)};
    await client.start();
    const decide = async (id) => {
      const visit = await client.visit({ id });
      visit.flag('ab');
      void visit.end();
    };
    const allSent = () => client.counters().eventsSent === client.counters().eventsQueued;
    ${work}
    const { eventsQueued, eventsSent, eventsDropped } = client.counters();
    process.stdout.write(JSON.stringify({ eventsQueued, eventsSent, eventsDropped }));
    process.exit(0);
  `;

  /** How it ended, and how many events it sent and dropped of those that were queued. */
  async function outcome(product: Product, storage: string, work: string, answers: (post: number) => boolean) {
    let posts = 0;
    const server = await loopback((request, response) => {
      const answered = answers((posts += 1));
      request.resume().on('end', () => answered && response.end('{}'));
    });
    try {
      const { code, out, error } = await lib.run(script(product, server.url, storage, work));
      expect({ code, error }).toEqual({ code: 0, error: '' });
      return JSON.parse(out) as { eventsQueued: number; eventsSent: number; eventsDropped: number };
    } finally {
      await server.close();
    }
  }

  const always = () => true;
  const hangs = 'return new Promise(() => undefined);';

  /** What can be sent is sent before time passes. */
  const close = `
    const closing = client.close();
    clock.passes = allSent;
    await closing;`;

  test.each([FME, FULL_STACK])(
    '$name: with a `save` that hangs it lives until the close is done, and every event is sent',
    async (product) => {
      const counts = await outcome(product, `save() { ${hangs} }`, `await decide('ann'); ${close}`, always);
      expect(counts.eventsQueued).toBeGreaterThan(0);
      expect(counts).toMatchObject({ eventsSent: counts.eventsQueued, eventsDropped: 0 });
    },
  );

  test.each([FME, FULL_STACK])(
    '$name: with a storage whose `close` hangs it lives until the close is done',
    async (product) => {
      const counts = await outcome(product, `close() { ${hangs} }`, `await decide('ann'); ${close}`, always);
      expect(counts).toMatchObject({ eventsSent: counts.eventsQueued, eventsDropped: 0 });
    },
  );

  test.each([FME, FULL_STACK])(
    '$name: a visit that waits for a storage that hangs opens, though nothing else holds the process',
    async (product) => {
      const work = `
        const deciding = decide('ann');
        clock.passes = () => true;
        await deciding;
        ${close}`;
      const counts = await outcome(product, `load() { ${hangs} }`, work, always);
      expect(counts).toMatchObject({ eventsSent: counts.eventsQueued, eventsDropped: 0 });
    },
  );

  test.each(PRODUCTS)(
    '$name: a wall clock that is set back an hour meanwhile does not keep it from ending',
    async (product) => {
      const work = `
        await decide('ann');
        await client.flush(); // VWO was there, and is not any more
        await decide('bob');
        const closing = client.close();
        clock.setTo(clock.now() - 3_600_000);
        clock.passes = () => true;
        await closing;`;
      const counts = await outcome(product, `save() { ${hangs} }`, work, (post) => post === 1);
      expect(counts.eventsSent + counts.eventsDropped).toBe(counts.eventsQueued);
      expect(counts.eventsDropped).toBeGreaterThan(0);
    },
  );

  test.each(PRODUCTS)('$name: a wall clock that is set forward an hour meanwhile drops nothing', async (product) => {
    const save = `
        save() {
          return new Promise((resolve) => setImmediate(() => setImmediate(() => {
            clock.setTo(clock.now() + 3_600_000);
            resolve();
          })));
        }`;
    const counts = await outcome(product, save, `await decide('ann'); await client.close();`, always);
    expect(counts.eventsQueued).toBeGreaterThan(0);
    expect(counts).toMatchObject({ eventsSent: counts.eventsQueued, eventsDropped: 0 });
  });
});
