import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  type INestMicroservice,
  Injectable,
  type NestInterceptor,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Ctx, EventPattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { NEVER, type Observable, of, Subject } from 'rxjs';
import { FlagVariable, RequireFlag, VwoModule, VwoService, type VwoUserContext } from '../../../lib/index.js';
import type { Visit } from '../../../lib/client/index.js';
import { rememberMessage, visitsOfMessage } from '../../../lib/nest/request/message-visits.js';
import { turns, until } from '../../common/waiting.js';
import { FakeClient } from './fake-client.js';
import { InProcess } from './in-process.js';

const seen: string[] = [];

@Catch()
class TellsVwo implements ExceptionFilter {
  constructor(private readonly vwo: VwoService) {}

  catch(_error: unknown, host: ArgumentsHost): Observable<string> {
    const { user } = this.vwo.of(host);
    seen.push(`filter: ${user?.id}`);
    return of('told');
  }
}

/** Refuses everybody, when everything else has had its turn. */
@Injectable()
class RefusesLate implements CanActivate {
  async canActivate(): Promise<boolean> {
    await turns();
    return false;
  }
}

/** As a timeout of the application's, bound before the module's interceptor: it gives a handler up from outside of its scope. */
@Injectable()
class GivesUp implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getHandler().name !== 'takesTooLong') return next.handle();
    const given = new Subject<unknown>();
    const handler = next.handle().subscribe(given);
    void turns().then(() => {
      handler.unsubscribe();
      given.error(new Error('took too long'));
    });
    return given;
  }
}

/** What breaks outside of everything that the handler does. */
const broken = new Subject<never>();

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

  @EventPattern<string>('refused')
  @UseFilters(TellsVwo)
  @RequireFlag('nobody has it')
  mayNotShip(): void {}

  @EventPattern<string>('both refused')
  @UseFilters(TellsVwo)
  @RequireFlag('nobody has it')
  mayNotShipEither(): void {}

  @EventPattern<string>('refused late')
  @UseFilters(TellsVwo)
  @UseGuards(RefusesLate)
  @RequireFlag('who')
  mayNotShipLate(): void {}

  @EventPattern<string>('given up')
  @UseFilters(TellsVwo)
  takesTooLong(): Observable<never> {
    return NEVER;
  }

  @EventPattern<string>('broken')
  @UseFilters(TellsVwo)
  breaks(): Observable<never> {
    return broken;
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

  @EventPattern<string>('refused')
  @EventPattern<string>('refused late')
  auditForLong(): Observable<never> {
    seen.push(`auditForLong: ${this.vwo.variable('who', 'id', '-')}`);
    return NEVER;
  }

  @EventPattern<string>('both refused')
  @UseFilters(TellsVwo)
  @RequireFlag('nobody has it')
  mayNotAuditEither(): void {}

  @EventPattern<string>('given up')
  @UseFilters(TellsVwo)
  @RequireFlag('nobody has it')
  mayNotAudit(): void {}

  @EventPattern<string>('broken')
  auditForLonger(): Observable<never> {
    return NEVER;
  }
}

let running: INestMicroservice | undefined;
let client: FakeClient;
afterEach(async () => {
  seen.length = 0;
  await running?.close();
});

type User = (context: ExecutionContext) => VwoUserContext | Promise<VwoUserContext>;

async function started(user: User, controllers: Type[] = [Shipping, Audit]): Promise<InProcess> {
  client = new FakeClient((known) => ({ who: { id: known?.id } }));
  const imports = [VwoModule.forRoot({ client, user })];
  const providers = [{ provide: APP_INTERCEPTOR, useClass: GivesUp }];
  const module = await Test.createTestingModule({ imports, controllers, providers }).compile();
  const strategy = new InProcess();
  running = module.createNestMicroservice<MicroserviceOptions>({ strategy, logger: false });
  await running.listen();
  return strategy;
}

/** One user for each handler; those of one of them are found late. */
const byHandler =
  (slow?: string): User =>
  (context) => {
    const { name } = context.getHandler();
    return name === slow ? turns().then(() => ({ id: name })) : { id: name };
  };

/** The filters have been asked, and the visits of what was refused are over. */
const told = (filters: number) =>
  until(() => seen.filter((line) => line.startsWith('filter')).length === filters, 'the filters to be asked');

it.each([['ship'], ['audit']])(
  'two handlers of one event read flags of a visit each: the one of %s is late',
  async (slow) => {
    await (await started(byHandler(slow))).call('ordered');
    expect(seen.sort()).toEqual(['audit: audit, audit', 'ship: ship, ship']);
  },
);

it.each([['failsToShip'], ['failsToAudit']])(
  'filters of two handlers are led to a visit each: the one of %s is late',
  async (slow) => {
    await (await started(byHandler(slow))).call('failed');
    expect(seen.sort()).toEqual(['filter: failsToAudit', 'filter: failsToShip']);
  },
);

describe.each([
  ['Shipping first', [Shipping, Audit]],
  ['Audit first', [Audit, Shipping]],
])('the filter of a handler whose guard refuses, %s', (_order, controllers) => {
  it.each([['mayNotShip'], ['auditForLong'], [undefined]])(
    'is led to its own visit, not to that of another handler of the event that works (late: %s)',
    async (slow) => {
      void (await started(byHandler(slow), controllers)).call('refused');
      await told(1);
      expect(seen.filter((line) => line.startsWith('filter'))).toEqual(['filter: mayNotShip']);
    },
  );

  it.each([['mayNotShipLate'], ['auditForLong'], [undefined]])(
    'is led there also where a guard behind the gate refuses (late: %s)',
    async (slow) => {
      void (await started(byHandler(slow), controllers)).call('refused late');
      await told(1);
      expect(seen.filter((line) => line.startsWith('filter'))).toEqual(['filter: mayNotShipLate']);
    },
  );

  it('meets the user of the event where both handlers are refused', async () => {
    await (await started(() => ({ id: 'alice' }), controllers)).call('both refused');
    expect(seen).toEqual(['filter: alice', 'filter: alice']);
  });

  it('meets nobody, and no user of another handler, where both are refused and each knows another user', async () => {
    await (await started(byHandler(), controllers)).call('both refused');
    expect(seen).toEqual(['filter: undefined', 'filter: undefined']);
  });

  it('meets nobody where the handler was given up and the other one was refused for another user', async () => {
    await (await started(byHandler(), controllers)).call('given up');
    expect(seen).toEqual(['filter: mayNotAudit', 'filter: undefined']);
  });

  it('leaves no visit open', async () => {
    await (await started(byHandler(), controllers)).call('both refused');
    await until(() => client.visits.every(({ ends }) => ends > 0), 'the visits to end');
    expect(client.visits.map(({ user, ends }) => [user?.id, ends]).sort()).toEqual([
      ['mayNotAuditEither', 1],
      ['mayNotShipEither', 1],
    ]);
  });
});

it('a stream that breaks elsewhere leads the filter of its handler to the visit of that handler', async () => {
  void (await started(byHandler())).call('broken');
  await until(() => broken.observed, 'the handler to begin');
  broken.error(new Error('the line is dead'));
  await told(1);
  expect(seen).toEqual(['filter: breaks']);
});

it('an event whose handlers are ever more, as its data and context are always the same objects, keeps the last 16', () => {
  const work = [{}, {}];
  const handlerOf = (id: string) => {
    const visit = { user: { id } } as Visit;
    return { isAtRest: true, visitOf: () => visit, visitNamed: () => visit };
  };
  const found = () => visitsOfMessage([...work])?.visitNamed(undefined)?.user?.id;
  for (const id of ['alice', ...Array<string>(15).fill('bob')]) rememberMessage([...work], handlerOf(id));
  expect(found()).toBe(undefined);
  rememberMessage([...work], handlerOf('bob'));
  expect(found()).toBe('bob');
});
