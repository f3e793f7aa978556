import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { defer, map, type Observable, of, throwError, timer } from 'rxjs';
import { WebSocket } from 'ws';
import {
  FlagVariable,
  messageOf,
  RequireFlag,
  SkipFlags,
  VwoInterceptor,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
  type VwoUserContext,
  WithVisit,
} from '../../../lib/index.js';
import { turns, until } from '../../common/waiting.js';
import { LogLines } from '../../e2e/nest-app.js';
import { FakeClient } from './fake-client.js';
import { InProcess } from './in-process.js';

interface Job {
  readonly user: string;
}

/** Tells the visit of what has failed. */
@Catch()
class TellsVwo implements ExceptionFilter {
  constructor(private readonly vwo: VwoService) {}

  catch(_error: unknown, host: ArgumentsHost): Observable<never> {
    const visit = this.vwo.of(host);
    visit.track(`failed for ${visit.user?.id}`);
    return throwError(() => ({ status: 'told' }));
  }
}

/** Lets everybody in, when everything else has had its turn. */
@Injectable()
class SlowGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    await turns();
    return true;
  }
}

@Controller()
class Messages {
  constructor(private readonly vwo: VwoService) {}

  @MessagePattern('gated')
  @RequireFlag('beta')
  gated(): string {
    return 'in';
  }

  @MessagePattern('first')
  @RequireFlag('beta')
  first(): string {
    return 'in';
  }

  @MessagePattern('second')
  @RequireFlag('beta')
  second(): string {
    return 'in';
  }

  @MessagePattern('gated slowly')
  @UseGuards(SlowGuard)
  @RequireFlag('beta')
  gatedSlowly(@FlagVariable('who', 'id', '-') id: string): string {
    return id;
  }

  @MessagePattern('who')
  who(): string {
    return this.vwo.variable('who', 'id', '-');
  }

  @MessagePattern('skipped')
  @SkipFlags()
  skipped(): string {
    return this.vwo.variable('who', 'id', '-');
  }

  @MessagePattern('own visit')
  @WithVisit((job: Job) => ({ id: `own ${job.user}` }))
  async ownVisit(_job: Job): Promise<string> {
    return this.vwo.variable('who', 'id', '-');
  }

  @MessagePattern('fails')
  @UseFilters(TellsVwo)
  fails(): never {
    throw new Error('out of stock');
  }

  @MessagePattern('promise')
  promise(@Payload() { user }: Job): Promise<string> {
    return this.vwo.run({ id: user }, () => this.vwo.variable('who', 'id', '-'));
  }

  @MessagePattern('stream')
  stream(@Payload() { user }: Job): unknown {
    const work = (): Observable<string> => defer(() => of(this.vwo.variable('who', 'id', '-')));
    return this.vwo.run({ id: user }, work);
  }

  @MessagePattern('late')
  late(): Observable<string> {
    return timer(1).pipe(map(() => this.vwo.variable('who', 'id', '-')));
  }

  @Get('gated')
  @RequireFlag('beta')
  http(): object {
    return { in: true };
  }
}

@WebSocketGateway()
class Gateway {
  constructor(private readonly vwo: VwoService) {}

  @SubscribeMessage('gated')
  @RequireFlag('beta')
  gated(): object {
    return { event: 'gated', data: 'in' };
  }

  @SubscribeMessage('closed')
  @RequireFlag('beta')
  closed(): object {
    return { event: 'closed', data: 'in' };
  }

  @SubscribeMessage('who')
  who(): object {
    return { event: 'who', data: this.vwo.variable('who', 'id', '-') };
  }

  @SubscribeMessage('bound')
  @UseInterceptors(VwoInterceptor)
  bound(): object {
    return { event: 'bound', data: this.vwo.variable('who', 'id', '-') };
  }

  @SubscribeMessage('fails')
  @UseFilters(TellsVwo)
  fails(): never {
    throw new Error('out of stock');
  }

  @SubscribeMessage('stream')
  stream(@MessageBody() { user }: Job): unknown {
    const answer = () => ({ event: 'stream', data: this.vwo.variable('who', 'id', '-') });
    return this.vwo.run({ id: user }, () => defer(() => of(answer())));
  }
}

interface MessagingApp {
  readonly app: INestApplication;
  readonly logged: LogLines;
  /** Sends a message to a handler; rejects with what it answers in place of a value. */
  message(pattern: string, data?: unknown): Promise<unknown>;
  /** Sends an event to the gateway; resolves with the event that answers. */
  event(name: string, data?: unknown): Promise<{ event: string; data: unknown }>;
  /** The same, where nothing answers. */
  tell(name: string, data?: unknown): Promise<void>;
  readonly client: FakeClient;
}

let running: INestApplication | undefined;
const sockets: WebSocket[] = [];
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.terminate());
  await running?.close();
});

const sender = (context: ExecutionContext): VwoUserContext => {
  return { id: messageOf<Partial<Job>>(context)?.user ?? 'alice' };
};

async function start(
  user: VwoModuleOptions['user'] | null = sender,
  more: VwoModuleOptions = {},
): Promise<MessagingApp> {
  const logged = new LogLines();
  const client = new FakeClient((user) => (user ? { who: { id: user.id }, beta: {} } : ({} as never)));
  const imports = [VwoModule.forRoot({ client, ...(user && { user }), ...more })];
  const metadata = { imports, controllers: [Messages], providers: [Gateway] };
  const module = await Test.createTestingModule(metadata).setLogger(logged).compile();
  const app = module.createNestApplication();
  running = app;
  const strategy = new InProcess();
  app.connectMicroservice<MicroserviceOptions>({ strategy }, { inheritAppConfig: true });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const sent = async (event: string, data: unknown): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    sockets.push(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ event, data }));
    return socket;
  };
  return {
    app,
    logged,
    client,
    message: (pattern, data = {}) => strategy.call(pattern, data),
    event: async (event, data = {}) => {
      const [answer] = (await once(await sent(event, data), 'message')) as [Buffer];
      return JSON.parse(answer.toString()) as { event: string; data: unknown };
    },
    tell: async (event, data = {}) => void (await sent(event, data)),
  };
}

/** As an application that does not say who sends its messages. */
const withoutUser = () => start(null);

describe('a gate on a handler of messages, where nobody says who sends them', () => {
  it('lets nobody in', async () => {
    const { message, event } = await withoutUser();
    await expect(message('gated', { user: { id: 'alice' } })).rejects.toMatchObject({ status: 'error' });
    expect(await event('gated', { user: { id: 'alice' } })).toMatchObject({ event: 'exception' });
  });

  it('warns once for each handler, with the option `user` as the cure', async () => {
    const { message, event, logged } = await withoutUser();
    for (const pattern of ['first', 'second', 'first']) {
      await expect(message(pattern)).rejects.toMatchObject({ status: 'error' });
    }
    for (let calls = 0; calls < 2; calls++) expect(await event('closed')).toMatchObject({ event: 'exception' });
    const warnings = logged.warnings('@RequireFlag');
    const places = ['Messages.first', 'Messages.second', 'Gateway.closed'];
    expect(warnings).toEqual(places.map((place) => expect.stringContaining(place)));
    expect(warnings.filter((warning) => !warning.includes('`user: (context)'))).toEqual([]);
  });

  it('says nothing where the option `user` knows nobody', async () => {
    const { message, event, logged } = await start(() => undefined);
    await expect(message('gated')).rejects.toMatchObject({ status: 'error' });
    expect(await event('gated')).toMatchObject({ event: 'exception' });
    expect(logged.warnings('')).toEqual([]);
  });
});

describe('a message', () => {
  it('passes a gate for its user, and its visit ends', async () => {
    const { message, event, client } = await start();
    expect([await message('gated'), await event('gated')]).toEqual(['in', { event: 'gated', data: 'in' }]);
    await until(() => client.visits.every(({ ends }) => ends === 1), 'the visits to end');
    expect(client.visits.map(({ reads, readsAfterEnd }) => [reads, readsAfterEnd])).toEqual([
      [['beta'], []],
      [['beta'], []],
    ]);
  });

  it('keeps the visit of its gate behind a guard that takes its time', async () => {
    const { message, client } = await start();
    expect(await message('gated slowly', { user: 'carol' })).toBe('carol');
    await until(() => client.visitOnly.ends === 1, 'the visit to end');
  });

  it('reads flags as late as its answer comes, and then its visit ends', async () => {
    const { message, client } = await start();
    expect(await message('late', { user: 'carol' })).toBe('carol');
    await until(() => client.visitOnly.ends === 1, 'the visit to end');
    expect(client.visitOnly.readsAfterEnd).toEqual([]);
  });

  it('has its own visit also inside other work', async () => {
    const { app, message } = await start();
    const vwo = app.get(VwoService);
    const inside = vwo.run({ id: 'bob' }, async () => [await message('who', { user: 'carol' }), vwo.flag('who')]);
    expect(await inside).toEqual(['carol', expect.objectContaining({ key: 'who' })]);
  });

  it('has no visit with @SkipFlags(), also inside other work', async () => {
    const { app, message, client } = await start();
    await expect(message('skipped')).rejects.toBeDefined();
    await expect(app.get(VwoService).run({ id: 'bob' }, () => message('skipped'))).rejects.toBeDefined();
    expect(client.visits.map(({ user, reads }) => [user?.id, reads])).toEqual([['bob', []]]);
  });

  it('has the visit of @WithVisit where its handler opens one, and no other', async () => {
    const { message, client } = await start();
    expect(await message('own visit', { user: 'carol' })).toBe('own carol');
    expect(client.visitOnly.user).toEqual({ id: 'own carol' });
  });

  it('leads an exception filter to its visit', async () => {
    const { message, tell, client } = await start();
    const failures = ['alice', 'bob'].map((user) => message('fails', { user }));
    expect(await Promise.allSettled(failures)).toMatchObject(Array(2).fill({ reason: { status: 'told' } }));
    await tell('fails', { user: 'carol' });
    await until(() => client.visits.length === 3 && client.visits.every(({ tracked }) => tracked.length > 0));
    expect(client.visits.map(({ tracked }) => tracked)).toEqual(
      ['alice', 'bob', 'carol'].map((user) => [`failed for ${user}`]),
    );
  });

  it('has a visit only where VwoInterceptor is bound, with `interceptor: false`; elsewhere it fails with the cure', async () => {
    const { event, message, logged } = await start(sender, { interceptor: false });
    expect(await event('bound', { user: 'carol' })).toEqual({ event: 'bound', data: 'carol' });
    expect(await event('who')).toMatchObject({ event: 'exception' });
    await expect(message('who')).rejects.toBeDefined();
    const cures = logged.lines.filter((line) => line.includes('Inside a request or message: is VwoInterceptor bound'));
    expect(cures).toHaveLength(2);
  });

  it('has one visit where VwoInterceptor is bound twice', async () => {
    const { event, client } = await start();
    expect(await event('bound', { user: 'carol' })).toEqual({ event: 'bound', data: 'carol' });
    await until(() => client.visitOnly.ends > 0, 'the visit to end');
    expect(client.visitOnly).toMatchObject({ ends: 1, readsAfterEnd: [] });
  });
});

describe('vwo.run in a message handler', () => {
  it('reads flags of the user of the message', async () => {
    expect(await (await start()).message('promise', { user: 'carol' })).toBe('carol');
  });

  it('reads them in a stream that it gives to Nest', async () => {
    expect(await (await start()).message('stream', { user: 'carol' })).toBe('carol');
  });

  it('reads them in a stream that a gateway gives to Nest', async () => {
    expect(await (await start()).event('stream', { user: 'carol' })).toEqual({ event: 'stream', data: 'carol' });
  });
});
