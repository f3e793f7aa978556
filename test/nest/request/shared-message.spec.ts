import { afterEach, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  type INestMicroservice,
  UseFilters,
} from '@nestjs/common';
import {
  Ctx,
  type CustomTransportStrategy,
  EventPattern,
  type MicroserviceOptions,
  Payload,
  Server,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { FlagVariable, VwoModule, VwoService, type VwoUserContext } from '../../../lib/index.js';
import { turns } from '../../common/waiting.js';
import { FakeClient } from './fake-client.js';

/** Events without a broker: each handler of one event is given the same data and the same context, as Nest does it. */
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

  async emit(pattern: string): Promise<void> {
    const answers = this.transformToObservable(await this.getHandlerByPattern(pattern)?.({}, {}));
    await lastValueFrom(answers);
  }
}

const seen: string[] = [];

@Catch()
class TellsVwo implements ExceptionFilter {
  constructor(private readonly vwo: VwoService) {}

  catch(_error: unknown, host: ArgumentsHost): Observable<string> {
    seen.push(`filter: ${this.vwo.of(host).user?.id}`);
    return of('told');
  }
}

@Controller()
class Shipping {
  constructor(private readonly vwo: VwoService) {}

  @EventPattern<string>('ordered')
  ship(@Payload() _order: object, @Ctx() _context: object, @FlagVariable('who', 'id', '-') id: string): void {
    seen.push(`ship: ${id}, ${this.vwo.variable('who', 'id', '-')}`);
  }

  @EventPattern<string>('failed')
  @UseFilters(TellsVwo)
  failsToShip(_order: object): never {
    throw new Error('out of stock');
  }
}

@Controller()
class Audit {
  constructor(private readonly vwo: VwoService) {}

  @EventPattern<string>('ordered')
  audit(@Payload() _order: object, @Ctx() _context: object, @FlagVariable('who', 'id', '-') id: string): void {
    seen.push(`audit: ${id}, ${this.vwo.variable('who', 'id', '-')}`);
  }

  @EventPattern<string>('failed')
  @UseFilters(TellsVwo)
  failsToAudit(_order: object): never {
    throw new Error('no paper');
  }
}

let running: INestMicroservice | undefined;
afterEach(async () => {
  seen.length = 0;
  await running?.close();
});

async function started(user: (context: ExecutionContext) => Promise<VwoUserContext>): Promise<InProcess> {
  const client = new FakeClient((known) => ({ who: { id: known?.id } }));
  const imports = [VwoModule.forRoot({ client, user })];
  const module = await Test.createTestingModule({ imports, controllers: [Shipping, Audit] }).compile();
  const strategy = new InProcess();
  running = module.createNestMicroservice<MicroserviceOptions>({ strategy, logger: false });
  await running.listen();
  return strategy;
}

/** One user for each handler; those of one of them are found late. */
const byHandler =
  (slow: string) =>
  async (context: ExecutionContext): Promise<VwoUserContext> => {
    const { name } = context.getHandler();
    if (name === slow) await turns();
    return { id: name };
  };

it.each([['ship'], ['audit']])(
  'two handlers of one event read flags of a visit each: the one of %s is late',
  async (slow) => {
    await (await started(byHandler(slow))).emit('ordered');
    expect(seen.sort()).toEqual(['audit: audit, audit', 'ship: ship, ship']);
  },
);

it.each([['failsToShip'], ['failsToAudit']])(
  'filters of two handlers are led to a visit each: the one of %s is late',
  async (slow) => {
    await (await started(byHandler(slow))).emit('failed');
    expect(seen.sort()).toEqual(['filter: failsToAudit', 'filter: failsToShip']);
  },
);
