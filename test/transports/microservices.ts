import {
  Controller,
  type ExecutionContext,
  ForbiddenException,
  type INestMicroservice,
  type Type,
} from '@nestjs/common';
import {
  type ClientOptions,
  type ClientProxy,
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport as Kind,
} from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { FlagVariable, messageOf, RequireFlag, VwoUser, type VwoUserContext } from '../../lib/index.js';
import { natsAddress, redisServer } from './brokers.js';
import { unknownError } from './gateways.js';
import { compiled, type OpenTransport, type OtherHandlers, type Reach, type Transport } from './transport.js';
import { Answers, type Message, Work } from './work.js';

@Controller()
export class Messages {
  constructor(private readonly work: Work) {}

  @MessagePattern('who')
  who(): Promise<object> {
    return this.work.who();
  }

  @MessagePattern('parameters')
  parameters(@VwoUser() user: VwoUserContext | undefined, @FlagVariable('who', 'id', '') id: string): Promise<object> {
    return this.work.parameters(user, id);
  }

  @MessagePattern('gated')
  @RequireFlag('beta')
  gated(): Promise<object> {
    return this.work.gated();
  }

  @MessagePattern('fails')
  fails(): Promise<object> {
    return this.work.fails();
  }

  @MessagePattern('waits')
  waits(): Promise<object> {
    return this.work.waits();
  }
}

let refused: (ask: string | undefined, error: Error) => void = () => undefined;

/** Nobody is answered: the test hears of a refusal here. */
function tell(context: ExecutionContext): Error {
  const error = new ForbiddenException();
  refused(messageOf<Message>(context)?.ask, error);
  return error;
}

@Controller()
class Events {
  constructor(
    private readonly work: Work,
    answers: Answers,
  ) {
    refused = (ask, error) => answers.reject(ask, error);
  }

  @EventPattern('who')
  who(@Payload() message: Message): Promise<object> {
    return this.work.who(message);
  }

  @EventPattern<string>('parameters') // without its type argument it wants all further parameters to be `unknown`
  parameters(
    @Payload() message: Message,
    @VwoUser() user: VwoUserContext | undefined,
    @FlagVariable('who', 'id', '') id: string,
  ): Promise<object> {
    return this.work.parameters(user, id, message);
  }

  @EventPattern('gated')
  @RequireFlag('beta', { otherwise: tell })
  gated(@Payload() message: Message): Promise<object> {
    return this.work.gated(message);
  }

  @EventPattern('fails')
  fails(@Payload() message: Message): Promise<object> {
    return this.work.fails(message);
  }
}

interface Broker {
  /** For the server, which listens on a port of its own choice where there is no broker. */
  server(): Promise<MicroserviceOptions>;
  client(app: INestMicroservice): Promise<ClientOptions>;
}

const HOST = '127.0.0.1';

const TCP: Broker = {
  server: async () => ({ transport: Kind.TCP, options: { host: HOST, port: 0 } }),
  client: async (app) => tcpClient(app),
};

const redis = async () => ({
  transport: Kind.REDIS as const,
  options: { host: HOST, port: (await redisServer()).port },
});
const REDIS: Broker = { server: redis, client: redis };

const nats = async () => ({ transport: Kind.NATS as const, options: { servers: [await natsAddress()] } });
const NATS: Broker = { server: nats, client: nats };

/** Messages of the names of tasks; `close` ends the client. */
export async function overMessages(
  client: ClientOptions,
): Promise<Reach & { proxy: ClientProxy; close(): Promise<void> }> {
  const connected = async (): Promise<ClientProxy> => {
    const proxy = ClientProxyFactory.create(client);
    await proxy.connect();
    return proxy;
  };
  const proxy = await connected();
  return {
    proxy,
    send: (task, user) => lastValueFrom(proxy.send<unknown>(task, { user })),
    leave: async (user, begun) => {
      const leaving = await connected();
      leaving.send<unknown>('waits', { user }).subscribe({ error: () => undefined });
      await begun;
      await leaving.close();
    },
    close: async () => void (await proxy.close()),
  };
}

/** How to reach a server on TCP that listens on a port of its own choice. */
export function tcpClient(server: INestMicroservice): ClientOptions {
  const { port } = server.unwrap<{ address(): { port: number } }>().address();
  return { transport: Kind.TCP, options: { host: HOST, port } };
}

async function started(
  options: Parameters<Transport['start']>[0],
  broker: Broker,
  controller: Type,
  other: OtherHandlers = {},
) {
  const { handlers = controller, imports = [], providers = [] } = other;
  const module = await compiled(options, { controllers: [handlers], imports, providers });
  const app = module.createNestMicroservice<MicroserviceOptions>(await broker.server());
  await app.listen();
  const reach = await overMessages(await broker.client(app));
  const stop = async (): Promise<void> => {
    await reach.close();
    await app.close();
  };
  return { app, ...reach, stop };
}

function messages(name: string, broker: Broker): OpenTransport {
  return {
    name: `messages by ${name}`,
    page: 'microservices: messages',
    refusal: unknownError,
    start: (options, other) => started(options, broker, Messages, other),
  };
}

function events(name: string, broker: Broker): Transport {
  return {
    name: `events by ${name}`,
    page: 'microservices: events',
    refusal: new ForbiddenException(),
    without: { leaving: 'nobody waits for an answer' },
    start: async (options) => {
      const { app, proxy, stop } = await started(options, broker, Events);
      const send = (task: string, user?: string) =>
        app.get(Answers).to((ask) => lastValueFrom(proxy.emit(task, { user, ask }), { defaultValue: undefined }));
      return { app, send, stop };
    },
  };
}

/** Messages with no broker between. */
export const TCP_MESSAGES: OpenTransport = messages('TCP', TCP);

export const MICROSERVICES: readonly Transport[] = [
  TCP_MESSAGES,
  events('TCP', TCP),
  messages('Redis', REDIS),
  events('Redis', REDIS),
  messages('NATS', NATS),
  events('NATS', NATS),
];
