import { describe, it, expect, beforeAll, beforeEach, afterAll, afterEach } from '@jest/globals';
import {
  type BeforeApplicationShutdown,
  Controller,
  Get,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { FmeClient, MemoryStorage, type StoredChange, VwoModule, VwoService } from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { closeApps, gate, startApp } from './nest-app.js';

const settings = accountSettings({ features: [feature('new-checkout', [rollout()], { metrics: ['bought'] })] });

let edge: VwoEdge;
let account: { accountId: number; sdkKey: string; baseUrl: string };
beforeAll(async () => {
  edge = await VwoEdge.start({ settings });
  account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
});
afterAll(() => edge.close());

/** A store that takes its time, and tells in which order things happened. */
class SlowStorage extends MemoryStorage {
  readonly happened: string[] = [];
  readonly writing = gate();
  readonly mayWrite = gate();

  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    this.writing.open();
    await this.mayWrite.opened;
    await super.save(userId, changes);
    this.happened.push(`saved ${userId}`);
  }

  override close(): Promise<void> {
    this.happened.push('storage closed');
    return Promise.resolve();
  }
}

let underWay: ReturnType<typeof gate>;
let mayFinish: ReturnType<typeof gate>;
beforeEach(() => {
  underWay = gate();
  mayFinish = gate();
});
afterEach(closeApps);

@Controller()
class Checkout {
  constructor(private readonly vwo: VwoService) {}

  @Get('checkout')
  checkout(): boolean {
    return this.vwo.isEnabled('new-checkout');
  }

  @Get('slow')
  async slow(): Promise<boolean> {
    underWay.open();
    await mayFinish.opened;
    return this.vwo.isEnabled('new-checkout');
  }
}

describe('app.close()', () => {
  it('waits for writes that are pending, and closes the storage after the last of them', async () => {
    const storage = new SlowStorage();
    const { app, get } = await startApp({
      imports: [VwoModule.forRoot({ ...account, storage })],
      controllers: [Checkout],
    });
    expect((await get('/checkout', 'alice')).status).toBe(200);
    await storage.writing.opened;
    const closed = app.close().then(() => storage.happened.push('app closed'));
    setImmediate(() => storage.mayWrite.open());
    await closed;
    expect(storage.happened).toEqual(['saved alice', 'storage closed', 'app closed']);
    expect((await storage.load('alice', [])).has('new-checkout')).toBe(true);
  });

  it('sends what is queued, also what the last request under way has decided', async () => {
    const { app, get } = await startApp({ imports: [VwoModule.forRoot(account)], controllers: [Checkout] });
    const answer = get('/slow', 'last-visitor');
    await underWay.opened;
    const closed = app.close();
    mayFinish.open();
    expect((await answer).status).toBe(200);
    await closed;
    expect(edge.eventsOf('last-visitor').map(({ name }) => name)).toEqual(['vwo_variationShown']);
  });

  it('sends what other providers track while they shut down', async () => {
    @Injectable()
    class Worker implements OnModuleDestroy {
      constructor(private readonly vwo: VwoService) {}
      async onModuleDestroy(): Promise<void> {
        await this.vwo.run({ id: 'worker-user' }, () => this.vwo.track('bought'));
      }
    }
    const { app } = await startApp({ imports: [VwoModule.forRoot(account)], providers: [Worker] });
    await app.close();
    expect(edge.eventsOf('worker-user').map(({ name }) => name)).toEqual(['bought']);
  });

  it('may be called twice, and by an application that never listened', async () => {
    const { app } = await startApp({ imports: [VwoModule.forRoot(account)] });
    await app.close();
    await expect(app.close()).resolves.toBeUndefined();
  });

  it('leaves a client that the application brought along open', async () => {
    const client = new FmeClient({ ...account, logger: { log() {}, warn() {}, error() {} } });
    await client.start();
    const { app, get } = await startApp({ imports: [VwoModule.forRoot({ client })], controllers: [Checkout] });
    expect(await (await get('/checkout', 'alice')).json()).toBe(true);
    await app.close();
    const visit = await client.visit({ id: 'after-the-app' });
    expect(visit.flag('new-checkout').isEnabled()).toBe(true);
    await visit.end();
    expect((await client.storedDecisions('after-the-app')).has('new-checkout')).toBe(true);
    await client.close();
  });

  it('lets writes finish before what a storage class rests on closes in its onApplicationShutdown', async () => {
    const happened: string[] = [];
    const closing = gate();
    @Injectable()
    class Database implements BeforeApplicationShutdown, OnApplicationShutdown {
      beforeApplicationShutdown(): void {
        setImmediate(() => setImmediate(() => closing.open()));
      }
      onApplicationShutdown(): void {
        happened.push('database closed');
      }
    }
    @Module({ providers: [Database], exports: [Database] })
    class DatabaseModule {}
    @Injectable()
    class DatabaseStorage extends MemoryStorage {
      constructor(readonly database: Database) {
        super();
      }
      override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
        await closing.opened;
        for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
        await super.save(userId, changes);
        happened.push('saved');
      }
    }
    const vwoModule = VwoModule.forRoot({ ...account, storage: DatabaseStorage, imports: [DatabaseModule] });
    const { app, get } = await startApp({ imports: [vwoModule], controllers: [Checkout] });
    await get('/checkout', 'alice');
    await app.close();
    expect(happened).toEqual(['saved', 'database closed']);
  });
});

describe('an application to which nobody sends signals', () => {
  const AT_STAKE =
    'log SIGTERM ends this process at once, and decisions and events that wait are lost: call `app.enableShutdownHooks()`.';
  const started = async (hooks: boolean): Promise<readonly string[]> => {
    const clock = new MovedClock();
    const { app, logged } = await startApp({ imports: [VwoModule.forRoot({ ...account, clock })] });
    if (hooks) app.enableShutdownHooks(['SIGTERM']);
    clock.move(1_000);
    return logged.lines.filter((line) => line.includes('SIGTERM'));
  };

  it('says what is at stake, a second after its start', async () => {
    expect(await started(false)).toEqual([AT_STAKE]);
  });

  it('says nothing where something listens to SIGTERM', async () => {
    expect(await started(true)).toEqual([]);
  });

  it('says nothing where nothing waits: no events, and decisions that stay in memory', async () => {
    const clock = new MovedClock();
    const { logged } = await startApp({ imports: [VwoModule.forRoot({ ...account, clock, events: false })] });
    clock.move(1_000);
    expect(logged.lines.filter((line) => line.includes('SIGTERM'))).toEqual([]);
  });

  it('says nothing once it is closed', async () => {
    const clock = new MovedClock();
    const { app, logged } = await startApp({ imports: [VwoModule.forRoot({ ...account, clock })] });
    await app.close();
    clock.move(1_000);
    expect(logged.lines.filter((line) => line.includes('SIGTERM'))).toEqual([]);
  });
});
