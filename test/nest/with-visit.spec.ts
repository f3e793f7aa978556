import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ExecutionContext,
  type INestApplicationContext,
  Injectable,
  type Provider,
  Scope,
  SetMetadata,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import {
  InjectVwo,
  jobOf,
  UseFlags,
  VwoModule,
  type VwoModuleOptions,
  VwoOptionsError,
  VwoOutsideVisitError,
  VwoService,
  type VwoUserContext,
  WithVisit,
} from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { LogLines } from '../e2e/nest-app.js';
import { FakeClient } from './request/fake-client.js';

interface Job {
  readonly user: string;
}

const failure = new Error('the mail server is down');

/** Reads flags and knows nothing of jobs. */
@Injectable()
class Deep {
  constructor(private readonly vwo: VwoService) {}

  async who(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.vwo.variable('who', 'id', 'nobody');
  }
}

@Injectable()
class Jobs {
  constructor(private readonly deep: Deep) {}

  @WithVisit((job: Job) => ({ id: job.user }))
  send(_job: Job, ..._more: unknown[]): Promise<string> {
    return this.deep.who();
  }

  @WithVisit((job: Job) => ({ id: job.user }))
  async fails(_job: Job): Promise<void> {
    throw failure;
  }

  @WithVisit((job: Job) => ({ id: job.user }))
  async outer(_job: Job): Promise<string[]> {
    return [await this.deep.who(), await this.send({ user: 'bob' }), await this.deep.who()];
  }

  @WithVisit(() => undefined)
  nightly(): Promise<string> {
    return this.deep.who();
  }

  @WithVisit()
  byOption(_job: Job): Promise<string> {
    return this.deep.who();
  }

  @WithVisit(async (job: Job) => Promise.resolve({ id: `looked up ${job.user}` }))
  lookedUp(_job: Job): Promise<string> {
    return this.deep.who();
  }

  @WithVisit((): VwoUserContext => {
    throw failure;
  })
  userThrows(): Promise<string> {
    return this.deep.who();
  }

  @WithVisit((job: Job) => ({ id: job.user }))
  async stream(_job: Job): Promise<Observable<string>> {
    return defer(() => this.deep.who());
  }

  @SetMetadata('below', 1)
  @UseFlags('above')
  @WithVisit((job: Job) => ({ id: job.user }))
  @UseFlags('who')
  @SetMetadata('under', 2)
  async decorated(_job: Job): Promise<void> {}
}

const running: INestApplicationContext[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

interface Started<T> {
  readonly jobs: T;
  readonly client: FakeClient;
  readonly logged: LogLines;
  readonly app: INestApplicationContext;
}

async function start<T>(
  type: Type<T>,
  providers: Provider[] = [type, Deep],
  more: VwoModuleOptions[] = [],
  own: VwoModuleOptions = {},
): Promise<Started<T>> {
  const logged = new LogLines();
  const client = new FakeClient((user) => ({ who: { id: user?.id } }));
  const imports = [VwoModule.forRoot({ client, ...own }), ...more.map((options) => VwoModule.forRoot(options))];
  const app = await Test.createTestingModule({ imports, providers }).setLogger(logged).compile();
  running.push(app);
  await app.init();
  return { jobs: await app.resolve(type), client, logged, app };
}

describe('a method with @WithVisit', () => {
  it('reads flags of the user that its arguments name, anywhere below, and gives what it gives', async () => {
    const { jobs, client } = await start(Jobs);
    expect(await jobs.send({ user: 'alice' }, 'a token')).toBe('alice');
    expect(client.visitOnly).toMatchObject({ reads: ['who'], readsAfterEnd: [], ends: 1 });
  });

  it('settles only after its visit has ended, so that a job that is done is saved', async () => {
    const { jobs, client } = await start(Jobs);
    let saved = false;
    const opened = client.visit.bind(client);
    client.visit = async (user, keys) => {
      const visit = await opened(user, keys);
      return Object.assign(visit, { end: async () => void (await new Promise(setImmediate), (saved = true)) });
    };
    await jobs.send({ user: 'alice' });
    expect(saved).toBe(true);
  });

  it('passes its error on, and its visit ends', async () => {
    const { jobs, client } = await start(Jobs);
    await expect(jobs.fails({ user: 'alice' })).rejects.toBe(failure);
    expect(client.visitOnly.ends).toBe(1);
  });

  it('keeps 50 calls for 50 users apart', async () => {
    const { jobs } = await start(Jobs);
    const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);
    expect(await Promise.all(users.map((user) => jobs.send({ user })))).toEqual(users);
  });

  it('keeps to its own user inside another visit, which goes on afterwards', async () => {
    const { jobs, client } = await start(Jobs);
    expect(await jobs.outer({ user: 'alice' })).toEqual(['alice', 'bob', 'alice']);
    expect(client.visits.map(({ user, ends }) => [user?.id, ends])).toEqual([
      ['alice', 1],
      ['bob', 1],
    ]);
  });

  it('runs for nobody where the function gives nobody', async () => {
    const { jobs } = await start(Jobs);
    expect(await jobs.nightly()).toBe('nobody');
  });

  it('waits for a function that looks the user up', async () => {
    const { jobs } = await start(Jobs);
    expect(await jobs.lookedUp({ user: 'alice' })).toBe('looked up alice');
  });

  it('runs for nobody where the function throws: counted, and one warning names the method', async () => {
    const { jobs, app, logged } = await start(Jobs);
    expect([await jobs.userThrows(), await jobs.userThrows()]).toEqual(['nobody', 'nobody']);
    expect(app.get(VwoService).counters().userFailures).toBe(2);
    expect(logged.warnings('@WithVisit on Jobs.userThrows')).toEqual([expect.stringContaining(failure.message)]);
  });

  it('reads flags in a stream that it gives, as long as that is subscribed', async () => {
    const { jobs, client } = await start(Jobs);
    const stream = await jobs.stream({ user: 'alice' });
    expect(client.visitOnly.ends).toBe(0);
    expect(await lastValueFrom(stream)).toBe('alice');
    expect(client.visitOnly).toMatchObject({ readsAfterEnd: [], ends: 1 });
  });

  it('declares the flags of @UseFlags above and below it', async () => {
    const { jobs, client } = await start(Jobs);
    await jobs.decorated({ user: 'alice' });
    expect([...client.visitOnly.keys].sort()).toEqual(['above', 'who']);
  });

  it('keeps its name and what other decorators have left on it, for those who look for handlers', () => {
    const method: unknown = Object.getOwnPropertyDescriptor(Jobs.prototype, 'decorated')?.value;
    expect(method).toHaveProperty('name', 'decorated');
    const left = ['below', 'under'].map((key) => Reflect.getMetadata(key, method as object) as unknown);
    expect(left).toEqual([1, 2]);
  });

  it('without a function asks the option `user`, with a context that has the job', async () => {
    const asked: unknown[] = [];
    const user = (context: ExecutionContext): VwoUserContext | undefined => {
      asked.push([context.getType(), context.getClass().name, context.getHandler().name, context.getArgs()]);
      const job = jobOf<Job>(context);
      return job && { id: `option ${job.user}` };
    };
    const { jobs, client } = await start(Jobs, [Jobs, Deep], [], { user });
    expect(await jobs.byOption({ user: 'alice' })).toBe('option alice');
    expect(asked).toEqual([['work', 'Jobs', 'byOption', [{ user: 'alice' }]]]);
    expect(client.visitOnly.ends).toBe(1);
  });

  it('without a function runs for nobody where there is no option `user`, or it throws', async () => {
    expect(await (await start(Jobs)).jobs.byOption({ user: 'alice' })).toBe('nobody');
    const user = (context: ExecutionContext): VwoUserContext => ({
      id: context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-user-id'] ?? '',
    });
    const { jobs, app, logged } = await start(Jobs, [Jobs, Deep], [], { user });
    expect(await jobs.byOption({ user: 'alice' })).toBe('nobody');
    expect(app.get(VwoService).counters().userFailures).toBe(1);
    expect(logged.warnings('The option `user` threw')).toHaveLength(1);
  });

  it('works in a class that extends another, and in one that is built for each request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Jobs {
      @WithVisit((user: string) => ({ id: user }))
      mine(user: string): Promise<string> {
        return this.send({ user: `${user}'s job` });
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Deep], PerRequest);
    const { jobs } = await start(PerRequest, [PerRequest, Deep]);
    expect(await jobs.mine('alice')).toBe("alice's job");
  });
});

describe('@WithVisit for a client with a name', () => {
  @Injectable()
  class OfB {
    constructor(
      private readonly vwo: VwoService,
      @InjectVwo('b') private readonly b: VwoService,
    ) {}

    @WithVisit((user: string) => ({ id: user }), { client: 'b' })
    async ofB(_user: string): Promise<string> {
      return this.b.variable('who', 'id', 'nobody');
    }

    @WithVisit((user: string) => ({ id: user }), { client: 'b' })
    async ofUnnamed(_user: string): Promise<string> {
      return this.vwo.variable('who', 'id', 'nobody');
    }

    @WithVisit((a: string) => ({ id: a }))
    async both(_a: string): Promise<string[]> {
      return [await this.ofUnnamed('b'), await this.ofB('b')];
    }
  }

  const second = (): VwoModuleOptions => ({
    name: 'b',
    client: new FakeClient((user) => ({ who: { id: `b ${user?.id}` } })),
  });

  it('opens the visit of that client, and of no other', async () => {
    const { jobs } = await start(OfB, [OfB], [second()]);
    expect(await jobs.ofB('alice')).toBe('b alice');
    await expect(jobs.ofUnnamed('alice')).rejects.toThrow(VwoOutsideVisitError);
  });

  it('leaves the visits of other clients as they are', async () => {
    const { jobs } = await start(OfB, [OfB], [second()]);
    expect(await jobs.both('a')).toEqual(['a', 'b b']);
  });

  it('refuses to start without a VwoModule of that name', async () => {
    @Injectable()
    class Lonely {
      @WithVisit(() => undefined, { client: 'b' })
      async work(): Promise<void> {}
    }
    await expect(start(Lonely, [Lonely])).rejects.toThrow('VwoService:b');
  });
});

describe('@WithVisit on an account of VWO', () => {
  let edge: VwoEdge;
  afterEach(() => edge.close());

  it('stores a decision and sends its impression, once each for a user', async () => {
    const settings = accountSettings({ features: [feature('who', [rollout({ variables: { id: 'rolled out' } })])] });
    edge = await VwoEdge.start({ settings });
    const { accountId, sdkKey } = settings;
    const imports = [VwoModule.forRoot({ accountId, sdkKey, baseUrl: edge.url })];
    const app = await Test.createTestingModule({ imports, providers: [Jobs, Deep] }).compile();
    running.push(app);
    const [jobs, vwo] = [app.get(Jobs), app.get(VwoService)];
    for (let calls = 0; calls < 2; calls++) expect(await jobs.send({ user: 'alice' })).toBe('rolled out');
    expect([...(await vwo.storedDecisions('alice')).keys()]).toEqual(['who']);
    await vwo.flush();
    expect(edge.eventsOf('alice').map(({ name }) => name)).toEqual(['vwo_variationShown']);
  });
});

describe('@WithVisit refuses', () => {
  it.each([
    ['what is no function', () => WithVisit('alice' as never), '`@WithVisit(user)` must be a function'],
    ['an unknown option', () => WithVisit(() => undefined, { clinet: 'b' } as object), 'clinet'],
    ['a client without a name', () => WithVisit(() => undefined, { client: '' }), '@WithVisit() client'],
    ['a property', () => WithVisit(() => undefined)({}, 'x', {}), 'must stand on a method'],
    [
      'a static method',
      () => WithVisit(() => undefined)(Jobs, 'x', { value: async () => {} }),
      'must stand on a method',
    ],
  ])('%s, when the class is defined', (_what, decorate, text) => {
    expect(decorate).toThrow(VwoOptionsError);
    expect(decorate).toThrow(text);
  });

  it('a call of an instance that Nest has not built, with the cure', async () => {
    const call = new Jobs(undefined as never).send({ user: 'alice' });
    await expect(call).rejects.toThrow(VwoOptionsError);
    await expect(call).rejects.toThrow(/@WithVisit on Jobs\.send.*vwo\.run/);
  });
});
