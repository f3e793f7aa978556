import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { VwoLogger } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { RedisServer } from '../redis/redis-server.js';
import { buildLib, type BuiltLib } from '../common/child-process.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import {
  clientExpression,
  closeStarted,
  FME,
  FULL_STACK,
  OFFICIAL,
  orderEdge,
  orderSettings,
  orderSettingsFile,
  type Product,
  PRODUCTS,
  startedOn,
} from './products.fixture.js';

/** What an application keeps about the request that it is in. */
const requests = new AsyncLocalStorage<string>();

/** As the machine's timers do it: what becomes due runs in the context in which it was armed. */
class KeepingClock extends MovedClock {
  override after(ms: number, work: () => void): () => void {
    return super.after(ms, AsyncResource.bind(work));
  }
}

/** In which request's context the library said something. */
function spoken(): { readonly logger: VwoLogger; readonly contexts: (string | undefined)[] } {
  const contexts: (string | undefined)[] = [];
  const note = (): void => void contexts.push(requests.getStore());
  return { logger: { log: () => undefined, warn: note, error: note }, contexts };
}

describe('work in the background runs in the context of no request', () => {
  let edge: VwoEdge;
  beforeEach(async () => void (edge = await orderEdge()));
  afterEach(async () => {
    edge.heal();
    await closeStarted();
    await edge.close();
  });

  test.each(PRODUCTS)('$name: sending events that a request queued', async (product) => {
    const { logger, contexts } = spoken();
    const client = await startedOn(edge, product, { logger });
    await client.flush();
    edge.fail('events', { kind: 'status', status: 503 });
    await requests.run('A', async () => {
      const visit = await client.visit({ id: 'ann' });
      visit.flag('ab');
      await visit.end();
    });
    await until(() => contexts.length > 0); // "Events cannot be sent"
    expect(contexts).toEqual([undefined]);
  });

  test.each(PRODUCTS)('$name: polls, where a request started the client', async (product) => {
    const { logger, contexts } = spoken();
    const clock = new KeepingClock();
    const client = await requests.run('A', () =>
      startedOn(edge, product, { logger, clock, pollInterval: 60_000, events: {} }),
    );
    await client.flush();
    edge.fail('settings', { kind: 'status', status: 503 });
    clock.move(60_000);
    await until(() => contexts.length > 0); // "The last good ones stay"
    expect(contexts).toEqual([undefined]);
  });
});

describe('what a request kept in its own context is freed after it', () => {
  let lib: BuiltLib;
  let edge: VwoEdge;
  let redis: RedisServer;
  beforeAll(async () => {
    [lib, edge, redis] = [await buildLib(), await orderEdge(), await RedisServer.start()];
  });
  afterAll(async () => {
    await lib.remove();
    await edge.close();
    await redis.stop();
  });

  /** Runs `request` in a context of its own, `after` it in none; then the context must be gone. */
  const script = (before: string, request: string, after: string) => `
    import { AsyncLocalStorage } from 'node:async_hooks';
    import { setImmediate as turn } from 'node:timers/promises';
    import { setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    import { MemoryStorage } from 'lib/storage/index.js';
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc');
    const requests = new AsyncLocalStorage();
    const logger = { log() {}, warn() {}, error() {} };
    const settings = ${JSON.stringify({ ...orderSettings(), sdkMetaInfo: { wasInitializedEarlier: true } })};
    const settingsFile = ${JSON.stringify(orderSettingsFile())};
    const options = { accountId: 123456, sdkKey: 'k', baseUrl: '${edge.url}', events: { flushInterval: 1 } };
    const storage = new MemoryStorage();
    const hold = setInterval(() => undefined, 1_000);
    ${before}
    const request = async () => { ${request} };
    const kept = await (async () => {
      const store = { big: new Array(100_000).fill(0) };
      await requests.run(store, request);
      return new WeakRef(store);
    })();
    ${after}
    let freed = false;
    for (let tries = 0; tries < 20 && !freed; tries++) {
      await turn();
      gc();
      freed = kept.deref() === undefined;
    }
    process.stdout.write(freed ? 'freed' : 'kept');
    process.exit(0);
  `;

  const isFreedOn = async (product: Product): Promise<void> => {
    const before = `const client = ${clientExpression(product)}; await client.start();`;
    const request = `
      const visit = await client.visit({ id: 'ann' });
      visit.flag('ab');
      await visit.end();`;
    const sent = `while (client.counters().eventsSent === 0) await turn();`;
    expect(await lib.run(script(before, request, sent))).toEqual({ code: 0, out: 'freed', error: '' });
  };

  test.each([FME, FULL_STACK])('$name: though its events went to VWO over a connection that stays open', isFreedOn);

  test('SdkClient: though it was the last for which the SDK decided', () => isFreedOn(OFFICIAL));

  test('though it was the first that RedisStorage was asked in, and its connection stays open', async () => {
    const before = `
        const { RedisStorage } = await import('lib/entries/redis.js');
        const redis = new RedisStorage({ url: '${redis.url}', accountId: '123456', environment: 'live' });`;
    const request = `await redis.load('ann', []);`;
    expect(await lib.run(script(before, request, ''))).toEqual({ code: 0, out: 'freed', error: '' });
  });
});
