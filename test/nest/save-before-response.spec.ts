import { afterEach, describe, expect, it, test } from '@jest/globals';
import { BadRequestException, Controller, Get, Sse } from '@nestjs/common';
import { concatMap, from, map, type Observable } from 'rxjs';
import {
  FlagEnabled,
  MemoryStorage,
  type StoredChange,
  type VwoClientOptions,
  VwoModule,
  VwoService,
} from '../../lib/index.js';
import { accountSettings, feature, rollout } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { turns, until } from '../common/waiting.js';
import { closeApps, type NestApp, PLATFORMS, startApp } from '../e2e/nest-app.js';

afterEach(closeApps);

const KEYS = ['one', 'two'] as const;
const settings = accountSettings({ features: KEYS.map((key) => feature(key, [rollout()])) });

/** Saves when the test lets it. */
class HeldStorage extends MemoryStorage {
  readonly held: (() => void)[] = [];

  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    await new Promise<void>((resolve) => this.held.push(resolve));
    await super.save(userId, changes);
  }

  /** What is held, and what comes from now on. */
  release(): void {
    for (const resolve of this.held) resolve();
    this.held.push = (...more) => (more.forEach((resolve) => resolve()), 0);
  }
}

@Controller()
class Pages {
  constructor(private readonly vwo: VwoService) {}

  @Get('page')
  page(@FlagEnabled('one') one: boolean): object {
    return { one };
  }

  @Get('flushed')
  async flushed(@FlagEnabled('one') one: boolean): Promise<object> {
    void this.vwo.flush(); // as another request might, or the sweep of long visits
    await turns();
    return { one };
  }

  @Get('none')
  none(): object {
    return { one: 'not read' };
  }

  @Get('fails')
  fails(@FlagEnabled('one') one: boolean): object {
    throw new BadRequestException(`one is ${one}`);
  }

  @Sse('stream')
  stream(): Observable<{ data: string }> {
    const later = from(KEYS).pipe(concatMap(async (key) => key));
    return later.pipe(map((key) => ({ data: `${key} ${this.vwo.isEnabled(key)}` })));
  }
}

interface Page {
  readonly app: NestApp;
  readonly storage: HeldStorage;
  readonly clock: MovedClock;
}

async function started(options: VwoClientOptions, platform = PLATFORMS[0]): Promise<Page> {
  const [storage, clock] = [new HeldStorage(), new MovedClock()];
  const module = VwoModule.forRoot({ settings, events: false, storage, clock, ...options });
  return { app: await startApp({ imports: [module], controllers: [Pages] }, { platform }), storage, clock };
}

/** Whether it has settled, after everything else in this process had its turn. */
async function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  void answer.finally(() => (isSettled = true)).catch(() => undefined);
  await turns();
  return isSettled;
}

describe.each(PLATFORMS)("save: 'before-response' (%s)", (platform) => {
  const before = () => started({ save: 'before-response' }, platform);

  it('answers once what was decided is stored', async () => {
    const { app, storage } = await before();
    const answer = app.get('/page', 'ann');
    await until(() => storage.held.length === 1);
    expect(await isAnswered(answer)).toBe(false);
    storage.release();
    expect(await (await answer).json()).toEqual({ one: true });
    expect((await storage.load('ann', [])).has('one')).toBe(true);
  });

  it('answers once that is stored which was handed over before, too', async () => {
    const { app, storage } = await before();
    const answer = app.get('/flushed', 'ann');
    await until(() => storage.held.length === 1);
    expect(await isAnswered(answer)).toBe(false);
    storage.release();
    expect(await (await answer).json()).toEqual({ one: true });
  });

  it('waits `storageTimeout` at most', async () => {
    const { app, storage, clock } = await before();
    const answer = app.get('/page', 'ann');
    await until(() => storage.held.length === 1);
    clock.move(49);
    expect(await isAnswered(answer)).toBe(false);
    clock.move(1);
    expect(await (await answer).json()).toEqual({ one: true });
    storage.release();
  });

  it('waits for nothing where nothing was newly decided', async () => {
    const { app, storage } = await before();
    expect(await (await app.get('/none', 'ann')).json()).toEqual({ one: 'not read' });
    storage.release();
    await app.get('/page', 'ann');
    const held = storage.held.length;
    expect(await (await app.get('/page', 'ann')).json()).toEqual({ one: true });
    expect(storage.held.length).toBe(held);
  });

  it('keeps the order of a stream, and the end after its last part', async () => {
    const { app, storage } = await before();
    const text = app.get('/stream', 'ann').then((response) => response.text());
    await until(() => storage.held.length === 1);
    expect(await isAnswered(text)).toBe(false);
    storage.release();
    expect((await text).match(/data: .*/g)).toEqual(['data: one true', 'data: two true']);
  });

  it('answers an error of the handler at once: it shows no decision', async () => {
    const { app, storage } = await before();
    const response = await app.get('/fails', 'ann');
    expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([400, 'one is true']);
    storage.release();
  });
});

test('by default no answer waits for the storage, and what was decided is stored after it', async () => {
  const { app, storage } = await started({});
  expect(await (await app.get('/page', 'ann')).json()).toEqual({ one: true });
  expect((await storage.load('ann', [])).has('one')).toBe(false);
  await until(() => storage.held.length === 1);
  storage.release();
});
