/**
 * The application under load, in a process of its own: Nest on Fastify, three flags a request, decisions in Redis. It is told its
 * options by its first argument, and says what it sees to its parent.
 */
import 'reflect-metadata';
import { Controller, type ExecutionContext, Get, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  MemoryStorage,
  requestOf,
  type VwoFlag,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
} from '../../lib/index.js';
import { fullStack } from '../../lib/entries/full-stack.js';
import { RedisSettingsStore } from '../../lib/entries/redis.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import { VwoWebhookModule } from '../../lib/entries/webhook.js';
import { type Answer, type ClientName, CREDENTIALS, FLAGS, type Shown } from './account.js';
import { type RedisPlace, storageAt } from './redis-place.js';

export interface ApplicationOptions {
  readonly baseUrl: string;
  /** Undefined: decisions stay in memory. */
  readonly place: RedisPlace | undefined;
  /** Whether decisions in Redis are kept in the near cache, too. */
  readonly nearCache?: boolean;
  /** @default 'fme' */
  readonly client?: ClientName;
  readonly save?: 'after-response' | 'before-response';
  /** The secret of VWO's webhook, where it has one; instances tell each other of new settings over Redis then. */
  readonly webhook?: string;
}

/** What it says to its parent. */
export type Said =
  | { readonly kind: 'listens'; readonly url: string; readonly startedWithin: number }
  | { readonly kind: 'storage'; readonly available: boolean; readonly at: number }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'state'; readonly counters: Readonly<Record<string, number>>; readonly heap: number }
  | ({ readonly kind: 'rest' } & AtRest);

/** What a process holds when nothing is under way and garbage was collected. */
export interface AtRest {
  /** Of the heap, in bytes. */
  readonly heap: number;
  /** What keeps an event loop alive: sockets, timers. */
  readonly resources: number;
  /** On the process and its signals. */
  readonly listeners: number;
}

/** What its parent asks for. `rest`: after events and writes are done. */
export type Asked = 'state' | 'refresh' | 'rest';

const {
  baseUrl,
  place,
  nearCache,
  client = 'fme',
  save,
  webhook,
} = JSON.parse(process.argv[2] ?? '{}') as ApplicationOptions;
const say = (said: Said): void => void process.send?.(said);
const log = (line: unknown): void => say({ kind: 'log', line: String(line) });

/** Users of whom decisions stay in memory. */
const MAX_USERS = 1_000_000;

const { storage, close } = place
  ? storageAt(place, nearCache)
  : { storage: new MemoryStorage({ maxUsers: MAX_USERS }), close: () => undefined };

const account = {
  ...CREDENTIALS,
  baseUrl,
  pollInterval: 3_600_000,
  ...(save && { save }),
  ...(webhook && place?.kind === 'url' && { settingsStore: new RedisSettingsStore({ url: place.url }) }),
};

const CLIENT: Readonly<Record<ClientName, Partial<VwoModuleOptions>>> = {
  fme: account,
  sdk: { client: officialSdk({ ...account, decide: 'all' }) },
  'full-stack': { client: fullStack(account) },
};

@Controller()
class FlagsController {
  constructor(private readonly vwo: VwoService) {}

  @Get()
  flags(): Answer {
    const shown = (flag: VwoFlag): Shown => [flag.variation?.key ?? null, flag.source, flag.getVariable('version', -1)];
    return Object.fromEntries(FLAGS.map((key) => [key, shown(this.vwo.flag(key))])) as unknown as Answer;
  }
}

@Module({
  imports: [
    VwoModule.forRoot({
      ...CLIENT[client],
      storage,
      user: (context: ExecutionContext) => ({
        id: requestOf<{ headers: Record<string, string> }>(context)?.headers['x-user-id'] ?? '',
      }),
    } as VwoModuleOptions),
    ...(webhook ? [VwoWebhookModule.forRoot({ secret: webhook })] : []),
  ],
  controllers: [FlagsController],
})
class AppModule implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    close();
  }
}

const begin = performance.now();
const app = await NestFactory.create(AppModule, new FastifyAdapter(), {
  logger: { log: () => undefined, warn: log, error: log },
});
const vwo = app.get(VwoService);
vwo.changes.subscribe((change) => {
  if (change.kind === 'storage') say({ ...change, at: Date.now() });
});
process.on('message', (asked: Asked) => {
  if (asked === 'refresh') vwo.refresh().catch(log);
  if (asked === 'rest') return void atRest().then((rest) => say({ kind: 'rest', ...rest }), log);
  say({ kind: 'state', counters: { ...vwo.counters() }, heap: process.memoryUsage().heapUsed });
});
app.enableShutdownHooks(['SIGTERM']);
await app.listen(0, '127.0.0.1');
say({ kind: 'listens', url: await app.getUrl(), startedWithin: performance.now() - begin });

async function atRest(): Promise<AtRest> {
  await vwo.flush();
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    global.gc?.();
  }
  const listeners = process.eventNames().reduce((count, name) => count + process.listenerCount(name), 0);
  return { heap: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo().length, listeners };
}
