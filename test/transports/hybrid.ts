import type { INestApplication } from '@nestjs/common';
import { type MicroserviceOptions, Transport as Kind } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Gateway, overSockets, refusedMessage, unknownError, wsClient } from './gateways.js';
import { noRoute, overHttp, Routes } from './http.js';
import { Messages, overMessages, tcpClient } from './microservices.js';
import { compiled, type Reach, type Running, type Transport } from './transport.js';

type Reached = Reach & { close?(): Promise<void> };
type Way = (app: INestApplication, tcp: Parameters<typeof tcpClient>[0]) => Promise<Reached>;

/** One application with routes, a gateway and a microservice, reached in one of these ways. */
function hybrid(way: string, page: string, refusal: unknown, reached: Way): Transport {
  const start: Transport['start'] = async (options): Promise<Running> => {
    const module = await compiled(options, { controllers: [Routes, Messages], providers: [Gateway] });
    const app: INestApplication = module.createNestApplication();
    app.useWebSocketAdapter(new WsAdapter(app));
    const tcp = app.connectMicroservice<MicroserviceOptions>(
      { transport: Kind.TCP, options: { host: '127.0.0.1', port: 0 } },
      { inheritAppConfig: true },
    );
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    const { close, ...reach } = await reached(app, tcp);
    const stop = async (): Promise<void> => {
      await close?.();
      await app.close();
    };
    return { app, ...reach, stop };
  };
  return { name: `${way} to a hybrid application`, page, refusal, start };
}

export const HYBRID: readonly Transport[] = [
  hybrid('HTTP', 'HTTP on Express or Fastify', noRoute('/gated'), async (app) => overHttp(await app.getUrl())),
  hybrid('messages', 'microservices: messages', unknownError, (_app, tcp) => overMessages(tcpClient(tcp))),
  hybrid('a gateway', 'gateways on socket.io or ws', refusedMessage, async (app) =>
    overSockets(await app.getUrl(), wsClient),
  ),
];
