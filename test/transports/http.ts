import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { Controller, Get, type INestApplication, Scope, type Type, VersioningType } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FlagVariable, RequireFlag, VwoUser, type VwoUserContext } from '../../lib/index.js';
import { compiled, type Reach, type Transport } from './transport.js';
import { Work } from './work.js';

@Controller()
export class Routes {
  constructor(private readonly work: Work) {}

  @Get('who')
  who(): Promise<object> {
    return this.work.who();
  }

  @Get('parameters')
  parameters(@VwoUser() user: VwoUserContext | undefined, @FlagVariable('who', 'id', '') id: string): Promise<object> {
    return this.work.parameters(user, id);
  }

  @Get('gated')
  @RequireFlag('beta')
  gated(): Promise<object> {
    return this.work.gated();
  }

  @Get('fails')
  fails(): Promise<object> {
    return this.work.fails();
  }

  @Get('waits')
  waits(): Promise<object> {
    return this.work.waits();
  }
}

@Controller({ version: '2' })
class VersionTwo extends Routes {}

@Controller({ scope: Scope.REQUEST })
class PerRequest extends Routes {}

interface Server {
  readonly adapter?: () => ExpressAdapter | FastifyAdapter;
  readonly routes?: Type;
  readonly setUp?: (app: INestApplication) => void;
  /** Before the name of the work. */
  readonly path?: string;
}

/** A client for one request: what has it answered, and how is it abandoned? */
interface Sent {
  readonly answer: Promise<{ status: number; body: string }>;
  abandon(): Promise<void>;
}

/** Not `fetch`, which connects once more when a request is abandoned: the server waits for that connection when it closes. */
export function byHttp(url: string, headers: Record<string, string>, body?: string): Sent {
  const method = body === undefined ? 'GET' : 'POST';
  const sent = request(url, { method, headers, agent: false }).end(body);
  const closed = new Promise((resolve) => sent.once('close', resolve));
  const answered = async (): Promise<{ status: number; body: string }> => {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await text(response) };
  };
  const answer = answered();
  answer.catch(() => undefined);
  const abandon = async (): Promise<void> => {
    sent.destroy();
    await closed;
  };
  return { answer, abandon };
}

function byHttp2(url: string, headers: Record<string, string>): Sent {
  const { origin, pathname } = new URL(url);
  const session = connect(origin);
  const stream = session.request({ ':path': pathname, ...headers });
  const closed = once(session, 'close');
  const answered = async (): Promise<{ status: number; body: string }> => {
    const [head] = (await once(stream, 'response')) as [{ ':status': number }];
    const body = await text(stream);
    session.destroy();
    return { status: head[':status'], body };
  };
  const answer = answered();
  answer.catch(() => undefined);
  const abandon = async (): Promise<void> => {
    session.destroy();
    await closed;
  };
  return { answer, abandon };
}

/** Routes of the names of tasks below this address. */
export function overHttp(url: string, send: (url: string, headers: Record<string, string>) => Sent = byHttp): Reach {
  return {
    send: async (task, user) => {
      const { status, body } = await send(`${url}/${task}`, user === undefined ? {} : { 'x-user-id': user }).answer;
      if (status !== 200) throw { status, body: JSON.parse(body) as unknown };
      return JSON.parse(body) as unknown;
    },
    leave: async (user, begun) => {
      const sent = send(`${url}/waits`, { 'x-user-id': user });
      await begun;
      await sent.abandon();
    },
  };
}

/** What Nest answers where there is no such route. */
export const noRoute = (path: string) => ({
  status: 404,
  body: { message: `Cannot GET ${path}`, error: 'Not Found', statusCode: 404 },
});

function http(name: string, server: Server, send: typeof byHttp = byHttp): Transport {
  const { adapter = () => new ExpressAdapter(), routes = Routes, setUp, path = '' } = server;
  return {
    name,
    page: 'HTTP on Express or Fastify',
    refusal: noRoute(`${path}/gated`),
    start: async (options) => {
      const module = await compiled(options, { controllers: [routes] });
      const app: INestApplication = module.createNestApplication(adapter());
      setUp?.(app);
      await app.listen(0, '127.0.0.1');
      return { app, ...overHttp((await app.getUrl()) + path, send), stop: () => app.close() };
    },
  };
}

const fastify = () => new FastifyAdapter();

function prefixedAndVersioned(app: INestApplication): void {
  app.setGlobalPrefix('shop');
  app.enableVersioning({ type: VersioningType.URI });
  app.use((_request: unknown, response: { setHeader(name: string, value: string): void }, next: () => void) => {
    response.setHeader('x-shop', 'open');
    setImmediate(next);
  });
}

const versioned: Server = { routes: VersionTwo, setUp: prefixedAndVersioned, path: '/shop/v2' };

export const HTTP: readonly Transport[] = [
  http('HTTP on Express', {}),
  http('HTTP on Fastify', { adapter: fastify }),
  http('HTTP on Express, with a prefix, versions and a middleware', versioned),
  http('HTTP on Fastify, with a prefix, versions and a middleware', { ...versioned, adapter: fastify }),
  http('HTTP/2 on Fastify', { adapter: () => new FastifyAdapter({ http2: true } as object) }, byHttp2),
  http('HTTP on Express, controllers built for each request', { routes: PerRequest }),
];
