import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type INestApplication, type WebSocketAdapter } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { type OnGatewayConnection, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { FlagVariable, RequireFlag, VwoUser, type VwoUserContext } from '../../lib/index.js';
import { compiled, type OpenTransport, type Reach } from './transport.js';
import { type Task, Work } from './work.js';

/** What `handleConnection` leaves on a socket of ws, which has no handshake afterwards. */
interface KnownSocket {
  user?: string | null;
}

@WebSocketGateway()
export class Gateway implements OnGatewayConnection {
  constructor(private readonly work: Work) {}

  /** @param request ws: the handshake */
  handleConnection(socket: KnownSocket, request?: IncomingMessage): void {
    if (request) socket.user = new URL(request.url ?? '', 'ws://localhost').searchParams.get('user');
  }

  @SubscribeMessage('who')
  who(): Promise<object> {
    return this.work.who();
  }

  @SubscribeMessage('parameters')
  parameters(@VwoUser() user: VwoUserContext | undefined, @FlagVariable('who', 'id', '') id: string): Promise<object> {
    return this.work.parameters(user, id);
  }

  @SubscribeMessage('gated')
  @RequireFlag('beta')
  gated(): Promise<object> {
    return this.work.gated();
  }

  @SubscribeMessage('fails')
  fails(): Promise<object> {
    return this.work.fails();
  }

  @SubscribeMessage('waits')
  waits(): Promise<object> {
    return this.work.waits();
  }
}

/** A connected client of one user. */
interface Client {
  ask(task: Task): Promise<unknown>;
  leave(): Promise<void>;
}

async function ioClient(url: string, user: string | undefined): Promise<Client> {
  const options = { auth: { user }, transports: ['websocket'], forceNew: true, reconnection: false };
  const socket: Socket = io(url, options);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const leave = async (): Promise<void> => void socket.disconnect();
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        socket.once('exception', reject);
        socket.emit(task, {}, resolve);
      }),
    leave,
  };
}

export async function wsClient(url: string, user: string | undefined): Promise<Client> {
  const socket = new WebSocket(url.replace('http', 'ws') + (user === undefined ? '' : `?user=${user}`));
  await once(socket, 'open');
  return {
    ask: async (task) => {
      socket.send(JSON.stringify({ event: task, data: {} }));
      const [answer] = (await once(socket, 'message')) as [Buffer];
      const given = JSON.parse(answer.toString()) as { event?: string; data?: unknown };
      if (given.event === 'exception') throw given.data;
      return given;
    },
    leave: async () => {
      const closed = once(socket, 'close');
      socket.terminate();
      await closed;
    },
  };
}

type Connect = (url: string, user?: string) => Promise<Client>;

/** A connection for each message. */
export function overSockets(url: string, connect: Connect): Reach {
  return {
    send: async (task, user) => {
      const client = await connect(url, user);
      try {
        return await client.ask(task);
      } finally {
        await client.leave();
      }
    },
    leave: async (user, begun) => {
      const client = await connect(url, user);
      client.ask('waits').catch(() => undefined);
      await begun;
      await client.leave();
    },
  };
}

/** What Nest tells the sender of a message whose handler fails in a way of its own. */
export const unknownError = { status: 'error', message: 'Internal server error' };
export const refusedMessage = { ...unknownError, cause: { pattern: 'gated', data: {} } };

type Adapter = new (app: INestApplication) => WebSocketAdapter;

function gateway(name: string, Adapter: Adapter, connect: Connect): OpenTransport {
  return {
    name,
    page: 'gateways on socket.io or ws',
    refusal: refusedMessage,
    start: async (options, { handlers = Gateway, imports = [], providers = [] } = {}) => {
      const module = await compiled(options, { imports, providers: [handlers, ...providers] });
      const app: INestApplication = module.createNestApplication();
      app.useWebSocketAdapter(new Adapter(app));
      await app.listen(0, '127.0.0.1');
      return { app, ...overSockets(await app.getUrl(), connect), stop: () => app.close() };
    },
  };
}

export const GATEWAYS: readonly OpenTransport[] = [
  gateway('a gateway on socket.io', IoAdapter, ioClient),
  gateway('a gateway on ws', WsAdapter, wsClient),
];
