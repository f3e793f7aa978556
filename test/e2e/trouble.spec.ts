import { describe, it, expect, beforeAll, afterAll, afterEach } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import {
  Flag,
  type StoredDecisions,
  type VwoFlag,
  VwoModule,
  VwoService,
  VwoStorage,
  VwoStartError,
} from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { closeApps, startApp } from './nest-app.js';
import { until } from '../common/waiting.js';

const settings = accountSettings({ features: [feature('new-checkout', [rollout()])] });

let edge: VwoEdge;
let account: { accountId: number; sdkKey: string; baseUrl: string };
beforeAll(async () => {
  edge = await VwoEdge.start({ settings });
  account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
});
const others: VwoEdge[] = [];
async function otherVwo(): Promise<VwoEdge> {
  const other = await VwoEdge.start({ settings });
  others.push(other);
  return other;
}
afterEach(async () => {
  await closeApps();
  for (const other of others.splice(0)) await other.close();
});
afterAll(() => edge.close());

@Controller()
class Checkout {
  @Get('checkout')
  checkout(@Flag('new-checkout') flag: VwoFlag): object {
    return { on: flag.isEnabled(), source: flag.source };
  }
}

/** A storage that does whatever is wrong. */
class Wrong extends VwoStorage {
  constructor(private readonly wrong: () => unknown) {
    super();
  }
  override load(): Promise<StoredDecisions> {
    return this.wrong() as Promise<StoredDecisions>;
  }
  override save(): Promise<void> {
    return this.wrong() as Promise<void>;
  }
  override forget(): Promise<void> {
    return this.wrong() as Promise<void>;
  }
}

const throws = (): never => {
  throw new Error('database is down');
};

describe('a storage that fails', () => {
  it.each([
    ['throws', throws],
    ['rejects', () => Promise.reject(new Error('database is down'))],
    ['never answers', () => new Promise(() => undefined)],
    ['answers nonsense', () => 'nonsense'],
  ])('and %s harms no request: 200, decided by the rules, counted, one warning', async (_how, wrong) => {
    const vwoModule = VwoModule.forRoot({
      ...account,
      storage: new Wrong(wrong),
      storageTimeout: 20,
      closeTimeout: 50,
    });
    const { app, get, logged } = await startApp({ imports: [vwoModule], controllers: [Checkout] });
    for (const user of ['alice', 'bob', 'cid']) {
      const answer = await get('/checkout', user);
      expect([answer.status, await answer.json()]).toEqual([200, { on: true, source: 'rules' }]);
    }
    expect(await (await get('/checkout', 'alice')).json()).toEqual({ on: true, source: 'storage' }); // kept in memory
    expect(app.get(VwoService).counters()).toMatchObject({ storageReadsSkipped: 1 });
    expect(logged.warnings('Stored decisions could not be read')).toHaveLength(1);
  });

  it('only when it writes harms no request either', async () => {
    const storage = new Wrong(throws);
    storage.load = () => Promise.resolve(new Map());
    const vwoModule = VwoModule.forRoot({ ...account, storage, closeTimeout: 100 }); // what is kept is tried again until then
    const { app, get, logged } = await startApp({ imports: [vwoModule], controllers: [Checkout] });
    expect((await get('/checkout', 'alice')).status).toBe(200);
    expect((await get('/checkout', 'bob')).status).toBe(200);
    await until(() => app.get(VwoService).counters().storageWriteFailures === 2, 'two failed writes');
    expect(logged.warnings('Decisions could not be stored')).toHaveLength(1);
  });
});

describe('a VWO that fails', () => {
  it('while the application starts leaves every flag off, says so, and recovers', async () => {
    const other = await otherVwo();
    other.fail('settings', { kind: 'status', status: 503 });
    const vwoModule = VwoModule.forRoot({ ...account, baseUrl: other.url, startTimeout: 50 });
    const { app, get, logged } = await startApp({ imports: [vwoModule], controllers: [Checkout] });
    expect(await (await get('/checkout', 'alice')).json()).toEqual({ on: false, source: 'none' });
    expect(logged.warnings('Every flag is off until they arrive')).toHaveLength(1);
    other.heal();
    await app.get(VwoService).refresh();
    expect(await (await get('/checkout', 'alice')).json()).toEqual({ on: true, source: 'rules' });
  });

  it("stops the start where the application asked for that, with `onStartFailure: 'fail'`", async () => {
    const other = await otherVwo();
    other.fail('settings', { kind: 'silence' });
    const vwoModule = VwoModule.forRoot({ ...account, baseUrl: other.url, startTimeout: 50, onStartFailure: 'fail' });
    await expect(startApp({ imports: [vwoModule] })).rejects.toBeInstanceOf(VwoStartError);
  });
});
