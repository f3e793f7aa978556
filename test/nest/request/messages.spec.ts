import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import {
  type CustomTransportStrategy,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Server,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { defer, lastValueFrom, type Observable, of } from 'rxjs';
import { WebSocket } from 'ws';
import { RequireFlag, VwoModule, VwoService } from '../../../lib/index.js';
import { LogLines } from '../../e2e/nest-app.js';
import { FakeClient } from './fake-client.js';

interface Job {
  readonly user: string;
}

/** Message handlers without a broker: a call goes where a message would. */
class InProcess extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    this.messageHandlers.clear();
  }

  on(): never {
    throw new Error('there are no events of a connection');
  }

  unwrap<T>(): T {
    throw new Error('there is no connection');
  }

  async call(pattern: string, data: unknown): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern);
    if (!handler) throw new Error(`nobody handles ${pattern}`);
    return lastValueFrom(this.transformToObservable(await handler(data)));
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

  @MessagePattern('closed')
  @RequireFlag('beta')
  closed(): string {
    return 'in';
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
}

let running: INestApplication | undefined;
const sockets: WebSocket[] = [];
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.terminate());
  await running?.close();
});

async function start(): Promise<MessagingApp> {
  const logged = new LogLines();
  const client = new FakeClient((user) => (user ? { who: { id: user.id }, beta: {} } : ({} as never)));
  const imports = [VwoModule.forRoot({ client, user: () => ({ id: 'alice' }) })];
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
  return {
    app,
    logged,
    message: (pattern, data = {}) => strategy.call(pattern, data),
    event: async (event, data = {}) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`);
      sockets.push(socket);
      await once(socket, 'open');
      socket.send(JSON.stringify({ event, data }));
      const [answer] = (await once(socket, 'message')) as [Buffer];
      return JSON.parse(answer.toString()) as { event: string; data: unknown };
    },
  };
}

describe('a gate on a handler that has no request', () => {
  it('lets nobody in', async () => {
    const { message, event } = await start();
    await expect(message('closed')).rejects.toMatchObject({ status: 'error' });
    expect(await event('closed')).toMatchObject({ event: 'exception' });
  });

  it('warns once that a message handler has no visit, with the cure', async () => {
    const { message, logged } = await start();
    for (let calls = 0; calls < 2; calls++) await expect(message('gated')).rejects.toMatchObject({ status: 'error' });
    const [warning, ...more] = logged.warnings('@RequireFlag');
    expect(more).toEqual([]);
    expect(warning).toContain('Messages.gated');
    expect(warning).toMatch(/run\(/);
  });

  it('warns once that a gateway has no visit, with the cure', async () => {
    const { event, logged } = await start();
    for (let calls = 0; calls < 2; calls++) expect(await event('gated')).toMatchObject({ event: 'exception' });
    const [warning, ...more] = logged.warnings('@RequireFlag');
    expect(more).toEqual([]);
    expect(warning).toContain('Gateway.gated');
    expect(warning).toMatch(/run\(/);
  });

  it('warns of each such handler', async () => {
    const { message, logged } = await start();
    for (const pattern of ['first', 'second', 'first']) {
      await expect(message(pattern)).rejects.toMatchObject({ status: 'error' });
    }
    expect(logged.warnings('@RequireFlag')).toHaveLength(2);
  });

  it('says nothing of a handler that has one', async () => {
    const { app, logged } = await start();
    expect((await fetch(`${await app.getUrl()}/gated`)).status).toBe(200);
    expect(logged.warnings('')).toEqual([]);
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
