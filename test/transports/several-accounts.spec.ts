import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, Catch, Controller, type ExecutionContext, Injectable, UseFilters } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import {
  BaseWsExceptionFilter,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { type Observable, throwError } from 'rxjs';
import {
  FlagVariable,
  InjectVwo,
  RequireFlag,
  UseFlags,
  VwoModule,
  VwoService,
  VwoUser,
  type VwoUserContext,
} from '../../lib/index.js';
import { until } from '../common/waiting.js';
import { FakeClient } from '../nest/request/fake-client.js';
import { stopBrokers } from './brokers.js';
import { Gateway, GATEWAYS } from './gateways.js';
import { TCP_MESSAGES } from './microservices.js';
import { type Running, userOf } from './transport.js';

/** Reads flags of both accounts deep down, also after an await. */
@Injectable()
class Both {
  constructor(
    private readonly vwo: VwoService,
    @InjectVwo('b') private readonly b: VwoService,
  ) {}

  async who(): Promise<object> {
    const first = this.read();
    await new Promise((resolve) => setImmediate(resolve));
    return { first, then: this.read() };
  }

  /** Of the first account only: the other one has no visit here. */
  own(): object {
    return { a: this.vwo.variable('who', 'id', '-'), b: this.failing(() => this.b.flag('who')) };
  }

  private read(): object {
    return { a: this.vwo.variable('who', 'id', '-'), b: this.b.variable('who', 'id', '-') };
  }

  private failing(work: () => unknown): string {
    try {
      work();
      return 'no failure';
    } catch (error) {
      return (error as { code: string }).code;
    }
  }
}

/** Tells both accounts what has failed. */
@Catch()
class TellsBoth extends BaseWsExceptionFilter {
  constructor(
    private readonly vwo: VwoService,
    @InjectVwo('b') private readonly b: VwoService,
  ) {
    super();
  }

  override catch(error: Error, host: ArgumentsHost): Observable<never> | void {
    for (const service of [this.vwo, this.b]) service.of(host).track(`failed for ${service.of(host).user?.id}`);
    return host.getType() === 'ws' ? super.catch(error, host) : throwError(() => ({ status: 'error' }));
  }
}

/** Handlers of messages, and of a gateway: it depends on what the application has them as. */
@Controller()
@WebSocketGateway()
class Handlers implements OnGatewayConnection {
  constructor(private readonly both: Both) {}

  handleConnection(...connection: Parameters<Gateway['handleConnection']>): void {
    Gateway.prototype.handleConnection(...connection);
  }

  @MessagePattern('who')
  @SubscribeMessage('who')
  @UseFlags(['who'], { client: 'b' })
  who(): Promise<object> {
    return this.both.who();
  }

  @MessagePattern('parameters')
  @SubscribeMessage('parameters')
  parameters(
    @FlagVariable('who', 'id', '-') a: string,
    @FlagVariable('who', 'id', '-', { client: 'b' }) b: string,
    @VwoUser() user: VwoUserContext | undefined,
    @VwoUser({ client: 'b' }) company: VwoUserContext | undefined,
  ): object {
    return { a, b, user: user?.id, company: company?.id };
  }

  @MessagePattern('gated')
  @SubscribeMessage('gated')
  @UseFilters(TellsBoth)
  @RequireFlag('beta', { client: 'b' })
  gated(): object {
    return { in: true };
  }

  @MessagePattern('fails')
  @SubscribeMessage('fails')
  @UseFilters(TellsBoth)
  @UseFlags(['who'], { client: 'b' })
  fails(): never {
    throw new Error('out of stock');
  }

  @MessagePattern('waits')
  @SubscribeMessage('waits')
  waits(): object {
    return this.both.own();
  }
}

/** The other account knows companies, and only that of alice is in its beta. */
const companyOf = (context: ExecutionContext): VwoUserContext | undefined => {
  const user = userOf(context);
  return user && { id: `company of ${user.id}` };
};

afterAll(stopBrokers);

describe.each([TCP_MESSAGES, ...GATEWAYS])('two accounts, in $name', ({ start }) => {
  let a: FakeClient;
  let b: FakeClient;
  let running: Running;
  beforeAll(async () => {
    a = new FakeClient((user) => ({ who: { id: user?.id } }));
    b = new FakeClient((user) => ({ who: { id: user?.id }, ...(user?.id === 'company of alice' && { beta: {} }) }));
    running = await start(
      { client: a },
      {
        handlers: Handlers,
        imports: [VwoModule.forRoot({ name: 'b', client: b, user: companyOf })],
        providers: [Both],
      },
    );
  });
  beforeEach(() => [a, b].forEach(({ visits }) => visits.splice(0)));
  afterAll(() => running.stop());

  const ended = () => until(() => [...a.visits, ...b.visits].every(({ ends }) => ends === 1), 'the visits to end');
  const visitors = () => [a, b].map(({ visits }) => visits.map(({ user }) => user?.id));

  it('each has its visit of a message, with its own user, for services however deep, and both end', async () => {
    const read = { a: 'alice', b: 'company of alice' };
    expect(await running.send('who', 'alice')).toEqual({ first: read, then: read });
    await ended();
    expect(visitors()).toEqual([['alice'], ['company of alice']]);
    expect([a.visitOnly.readsAfterEnd, b.visitOnly.readsAfterEnd]).toEqual([[], []]);
  });

  it('each gives parameters', async () => {
    const company = 'company of bob';
    expect(await running.send('parameters', 'bob')).toEqual({ a: 'bob', b: company, user: 'bob', company });
    await ended();
    expect([a.visitOnly.keys, b.visitOnly.keys]).toEqual([['who'], ['who']]);
  });

  it('a gate asks the account that it names', async () => {
    expect(await running.send('gated', 'alice')).toEqual({ in: true });
    await ended();
    expect([a.visitOnly.reads, b.visitOnly.reads]).toEqual([[], ['beta']]);
  });

  it('a filter is led to the visits that were opened: those of the gate, where it refuses', async () => {
    await expect(running.send('gated', 'bob')).rejects.toMatchObject({ status: 'error' });
    await ended();
    expect([a.visits, b.visitOnly.tracked]).toEqual([[], ['failed for company of bob']]);
  });

  it('a filter is led to both where the handler fails', async () => {
    await expect(running.send('fails', 'bob')).rejects.toMatchObject({ status: 'error' });
    await ended();
    expect([a.visitOnly.tracked, b.visitOnly.tracked]).toEqual([['failed for bob'], ['failed for company of bob']]);
  });

  it('a handler that names one only opens no visit of the other', async () => {
    expect(await running.send('waits', 'alice')).toEqual({ a: 'alice', b: 'VWO_OUTSIDE_VISIT' });
    expect(visitors()).toEqual([['alice'], []]);
  });

  it('are kept apart for 20 users at once', async () => {
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
    const answers = await Promise.all(users.map((user) => running.send('who', user)));
    const reads = users.map((user) => ({ a: user, b: `company of ${user}` }));
    expect(answers).toEqual(reads.map((read) => ({ first: read, then: read })));
    await ended();
    expect(visitors().map((ids) => ids.sort())).toEqual([
      users.sort(),
      users.map((user) => `company of ${user}`).sort(),
    ]);
  });
});
