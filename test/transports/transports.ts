import { once } from 'node:events';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  type INestMicroservice,
  Injectable,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Payload, Transport as Kind } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { lastValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import { LogLines } from '../e2e/nest-app.js';
import { type VwoClient, VwoModule, VwoService, WithVisit } from '../../lib/index.js';

/** An application that is reached in one way, by a real client. */
export interface Running {
  /** Work as this user; gives what the handler gives, rejects where the handler fails. */
  send(work: 'who' | 'fails', user: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  start(client: VwoClient): Promise<Running>;
}

interface Message {
  readonly user: string;
}

/** Reads flags after an await, and knows nothing of transports. */
@Injectable()
class Work {
  constructor(private readonly vwo: VwoService) {}

  async who(): Promise<object> {
    const first = this.vwo.variable('who', 'id', 'nobody');
    await new Promise((resolve) => setImmediate(resolve));
    return { who: [first, this.vwo.variable('who', 'id', 'nobody')] };
  }

  async fails(): Promise<never> {
    await this.who();
    throw new Error('the mail server is down');
  }
}

const userOf = (message: Message): { id: string } => ({ id: message.user });

@Injectable()
class Login implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: object }>();
    request.user = { id: request.headers['x-user-id'] };
    return true;
  }
}

@Controller()
@UseGuards(Login)
class Routes {
  constructor(private readonly work: Work) {}

  @Get('who')
  who(): Promise<object> {
    return this.work.who();
  }

  @Get('fails')
  fails(): Promise<never> {
    return this.work.fails();
  }
}

@Controller()
class Messages {
  constructor(private readonly work: Work) {}

  @MessagePattern('who')
  @WithVisit(userOf)
  who(@Payload() _message: Message): Promise<object> {
    return this.work.who();
  }

  @WithVisit(userOf)
  @MessagePattern('fails')
  fails(@Payload() _message: Message): Promise<never> {
    return this.work.fails();
  }
}

@WebSocketGateway()
class Gateway {
  constructor(private readonly work: Work) {}

  @SubscribeMessage('who')
  @WithVisit(userOf)
  async who(@MessageBody() _message: Message): Promise<object> {
    return { event: 'who', data: await this.work.who() };
  }

  @WithVisit(userOf)
  @SubscribeMessage('fails')
  fails(@MessageBody() _message: Message): Promise<never> {
    return this.work.fails();
  }
}

const compiled = (client: VwoClient, parts: { controllers?: Type[]; providers?: Type[] }) =>
  Test.createTestingModule({
    imports: [VwoModule.forRoot({ client })],
    controllers: parts.controllers ?? [],
    providers: [Work, ...(parts.providers ?? [])],
  })
    .setLogger(new LogLines())
    .compile();

async function http(client: VwoClient, adapter: ExpressAdapter | FastifyAdapter): Promise<Running> {
  const app: INestApplication = (await compiled(client, { controllers: [Routes] })).createNestApplication(adapter);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    send: async (work, user) => {
      const answer = await fetch(`${url}/${work}`, { headers: { 'x-user-id': user } });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return answer.json();
    },
    stop: () => app.close(),
  };
}

async function tcp(client: VwoClient): Promise<Running> {
  const module = await compiled(client, { controllers: [Messages] });
  const app: INestMicroservice = module.createNestMicroservice({
    transport: Kind.TCP,
    options: { host: '127.0.0.1', port: 0 },
  });
  await app.listen();
  const { port } = app.unwrap<{ address(): { port: number } }>().address();
  const proxy = ClientProxyFactory.create({ transport: Kind.TCP, options: { host: '127.0.0.1', port } });
  await proxy.connect();
  return {
    send: (work, user) => lastValueFrom(proxy.send<unknown>(work, { user })),
    stop: async () => {
      proxy.close();
      await app.close();
    },
  };
}

async function ws(client: VwoClient): Promise<Running> {
  const app = (await compiled(client, { providers: [Gateway] })).createNestApplication();
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('http', 'ws');
  return {
    send: async (work, user) => {
      const socket = new WebSocket(url);
      await once(socket, 'open');
      socket.send(JSON.stringify({ event: work, data: { user } }));
      const [answer] = (await once(socket, 'message')) as [Buffer];
      socket.terminate();
      const { event, data } = JSON.parse(answer.toString()) as { event: string; data: unknown };
      if (event !== work) throw new Error(`event ${event}`);
      return data;
    },
    stop: () => app.close(),
  };
}

export const TRANSPORTS: readonly Transport[] = [
  { name: 'HTTP on Express', start: (client) => http(client, new ExpressAdapter()) },
  { name: 'HTTP on Fastify', start: (client) => http(client, new FastifyAdapter()) },
  { name: 'a microservice on TCP', start: tcp },
  { name: 'a WebSocket gateway on ws', start: ws },
];
