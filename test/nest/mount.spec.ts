import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { accountSettings, abTest, feature } from '../../lib/entries/edge.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import {
  FlagVariable,
  FmeClient,
  InjectVwo,
  UseFlags,
  VwoInterceptor,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
} from '../../lib/index.js';
import { turns, until } from '../common/waiting.js';
import { closeApps, LoginGuard, LogLines, type NestApp, PLATFORMS, startApp } from '../e2e/nest-app.js';
import { MOUNTED, mounted } from './mounted.js';
import { FakeClient } from './request/fake-client.js';
import { ask, SERVERS, shopOn } from './request/graphql.shop.js';
import { InProcess } from './request/in-process.js';

afterEach(closeApps);

const fakeClient = (): FakeClient => new FakeClient((user) => ({ who: { id: user?.id } }));
const settings = accountSettings({ features: [feature('who', [abTest({ variations: [{ name: 'on' }] })])] });

/** Waits before it lets anybody in: what a guard after it enters is lost to what Nest does then, unless the request has it already. */
@Injectable()
class SlowGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    await turns();
    return true;
  }
}

@Injectable()
class Deep {
  constructor(private readonly vwo: VwoService) {}
  who(): string {
    return this.vwo.variable<string>('who', 'id', '-');
  }
}

@Controller()
class Handlers {
  constructor(
    private readonly deep: Deep,
    private readonly vwo: VwoService,
  ) {}

  @Get('service')
  service(): object {
    return { who: this.deep.who() };
  }

  @Get('later')
  async later(): Promise<object> {
    await turns();
    return { who: this.deep.who() };
  }

  @Get('parameter')
  parameter(@FlagVariable('who', 'id', '-') who: string): object {
    return { who };
  }

  @Get('own-answer')
  async ownAnswer(@Res() response: { send(body: object): void }): Promise<void> {
    await turns();
    response.send({ who: this.deep.who() });
  }

  @Get('on')
  on(): object {
    return { on: this.vwo.isEnabled('who') };
  }

  @Get('logged-in-here')
  @UseGuards(LoginGuard)
  loggedInHere(): object {
    return { who: this.deep.who() };
  }
}

describe.each(MOUNTED)('VwoModule as %s, on %s', (mount, platform) => {
  const start = (options: VwoModuleOptions, login: boolean | typeof SlowGuard = true): Promise<NestApp> => {
    const imports = [mounted(mount, options)];
    const guards = [LoginGuard, ...(login === SlowGuard ? [SlowGuard] : [])];
    const providers = [Deep, ...(login ? guards.map((useClass) => ({ provide: APP_GUARD, useClass })) : [])];
    return startApp({ imports, controllers: [Handlers], providers }, { platform, login: false });
  };

  it.each(['service', 'later', 'parameter', 'own-answer'])(
    'has a visit of its own for each of 50 requests at once, after a guard that waits: %s',
    async (path) => {
      const client = fakeClient();
      const { get } = await start({ client }, SlowGuard);
      const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);
      const answers = await Promise.all(users.map(async (user) => (await get(`/${path}`, user)).json()));
      expect(answers).toEqual(users.map((who) => ({ who })));
      await until(() => client.visits.every(({ ends }) => ends === 1), 'the end of all visits');
      expect(client.visits).toHaveLength(50);
    },
  );

  it('decides and stores on a client that answers at once', async () => {
    const client = new FmeClient({ settings, events: false });
    await client.start();
    const { get } = await start({ client });
    expect(await (await get('/on', 'alice')).json()).toEqual({ on: true });
    const stored = (): Promise<boolean> => client.storedDecisions('alice').then(({ size }) => size > 0);
    let isStored = false;
    await until(() => {
      void stored().then((found) => (isStored = found));
      return isStored;
    }, 'the decision in the storage');
    await client.close();
  });
});

describe.each(['guard', 'middleware'] as const)('GraphQL, with VwoModule as %s', (mount) => {
  it.each(SERVERS)('reads flags in queries, parameters and services of field resolvers, with $name', async (server) => {
    const client = new FakeClient((user) => ({ a: { variation: user?.id }, b: {} }));
    const app = await shopOn(server, { ...optionsOf(mount), client });
    const query = '{ which(flag: "a") shop { variation parameter } }';
    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
    const answers = await Promise.all(users.map((user) => ask(app, query, user)));
    const shop = (variation: string): object => ({ variation, parameter: true });
    expect(answers).toEqual(users.map((user) => ({ data: { which: user, shop: shop(user) } })));
    await until(() => client.visits.every(({ ends }) => ends === 1), 'the end of the visits');
    expect(client.visits).toHaveLength(20);
  });
});

function optionsOf(mount: VwoModuleOptions['mount']): VwoModuleOptions {
  const user: VwoModuleOptions['user'] = (context) => {
    const id = context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-user-id'];
    return id ? { id } : undefined;
  };
  return { mount, ...(mount === 'middleware' && { user }) };
}

describe.each(PLATFORMS)('several accounts, each mounted its own way, on %s', (platform) => {
  @Injectable()
  class Both {
    constructor(
      private readonly a: VwoService,
      @InjectVwo('b') private readonly b: VwoService,
      @InjectVwo('c') private readonly c: VwoService,
    ) {}
    read(): object {
      const ids = [this.a, this.b, this.c].map((vwo) => {
        try {
          return vwo.variable<string>('who', 'id', '-');
        } catch (error) {
          return (error as Error).name;
        }
      });
      return Object.fromEntries(['a', 'b', 'c'].map((name, i) => [name, ids[i]]));
    }
  }

  @Controller()
  class Several {
    constructor(private readonly both: Both) {}
    @Get('plain')
    plain(): object {
      return this.both.read();
    }
    @Get('naming')
    @UseFlags(['who'], { client: 'b' })
    naming(): object {
      return this.both.read();
    }
  }

  it('have their visits where a handler names them, and in a middleware for every request', async () => {
    const [a, b, c] = [fakeClient(), fakeClient(), fakeClient()];
    const imports = [
      VwoModule.forRoot({ client: a }),
      VwoModule.forRoot({ client: b, name: 'b', mount: 'guard' }),
      VwoModule.forRoot({ client: c, name: 'c', ...optionsOf('middleware') }),
    ];
    const { get } = await startApp({ imports, controllers: [Several], providers: [Both] }, { platform });
    const out = 'VwoOutsideVisitError';
    expect(await (await get('/plain', 'alice')).json()).toEqual({ a: 'alice', b: out, c: 'alice' });
    expect(await (await get('/naming', 'bob')).json()).toEqual({ a: 'bob', b: 'bob', c: 'bob' });
    await until(() => [a, b, c].every(({ visits }) => visits.every(({ ends }) => ends === 1)), 'the end of all');
    expect([a, b, c].map(({ visits }) => visits.length)).toEqual([2, 1, 2]);
  });
});

describe('what a mount cannot', () => {
  const started = (options: VwoModuleOptions): Promise<unknown> =>
    Test.createTestingModule({ imports: [VwoModule.forRoot(options)] }).compile();
  const ACCOUNT = { settings, events: false } as const;
  const user = (): { id: string } => ({ id: 'alice' });

  it.each<[what: string, options: VwoModuleOptions, message: string]>([
    ['answers that wait, in a guard', { mount: 'guard', save: 'before-response' }, "`save: 'before-response'`"],
    [
      'answers that wait, in a middleware',
      { mount: 'middleware', user, save: 'before-response' },
      'does not see the answer',
    ],
    [
      'declared flags, in a middleware',
      { mount: 'middleware', user, preload: 'declared' },
      'is not known before Nest has chosen it',
    ],
    ['who has logged in, in a middleware', { mount: 'middleware' }, '`user` must be given'],
  ])('is refused at start: %s', async (_what, options, message) => {
    await expect(started({ ...ACCOUNT, ...options })).rejects.toThrow(message);
  });

  it("is refused at start: what VWO's own SDK has to know, in a middleware", async () => {
    const client = officialSdk({ settings, accountId: settings.accountId, sdkKey: settings.sdkKey });
    await expect(started({ mount: 'middleware', user, client })).rejects.toThrow("VWO's own SDK");
  });

  it('is refused at start for a client that is ready, too', async () => {
    const client = new FmeClient({ ...ACCOUNT, save: 'before-response' });
    await expect(started({ mount: 'guard', client })).rejects.toThrow("use `mount: 'interceptor'`");
    await client.close();
  });

  it('is said where the option `user` asks a middleware for the handler: flags are off, the request goes on', async () => {
    const client = fakeClient();
    const asks = (context: ExecutionContext): { id: string } => ({ id: context.getHandler().name });
    const imports = [VwoModule.forRoot({ client, mount: 'middleware', user: asks })];
    const { get, logged } = await startApp({ imports, controllers: [Handlers], providers: [Deep] });
    expect(await (await get('/service', 'alice')).json()).toEqual({ who: '-' });
    expect(logged.warnings("`mount: 'middleware'`")).toHaveLength(1);
  });

  it('is said once per handler where a guard logs in after that of the module', async () => {
    const imports = [VwoModule.forRoot({ client: fakeClient(), mount: 'guard' })];
    const app = await startApp({ imports, controllers: [Handlers], providers: [Deep] }, { login: false });
    for (let i = 0; i < 2; i += 1) {
      expect(await (await app.get('/logged-in-here', 'alice')).json()).toEqual({ who: '-' });
    }
    await until(() => app.logged.warnings('logged somebody in').length > 0, 'the warning');
    expect(app.logged.warnings('Handlers.loggedInHere')).toHaveLength(1);
  });
});

describe('messages', () => {
  @Controller()
  class Messages {
    constructor(private readonly deep: Deep) {}
    @MessagePattern('plain')
    plain(): string {
      return this.deep.who();
    }
    @MessagePattern('bound')
    @UseInterceptors(VwoInterceptor)
    bound(): string {
      return this.deep.who();
    }
  }

  async function call(mount: VwoModuleOptions['mount'], pattern: string): Promise<unknown> {
    const client = fakeClient();
    const imports = [VwoModule.forRoot({ client, mount, user: () => ({ id: 'alice' }) })];
    const metadata = { imports, controllers: [Messages], providers: [Deep] };
    const builder = Test.createTestingModule(metadata).setLogger(new LogLines());
    const app = (await builder.compile()).createNestApplication();
    const strategy = new InProcess();
    app.connectMicroservice<MicroserviceOptions>({ strategy }, { inheritAppConfig: true });
    try {
      await app.startAllMicroservices();
      return await strategy.call(pattern);
    } finally {
      await app.close();
    }
  }

  it('have a visit in a guard, as in an interceptor', async () => {
    expect(await call('interceptor', 'plain')).toBe('alice');
    expect(await call('guard', 'plain')).toBe('alice');
  });

  it('have none in a middleware, unless an interceptor is bound to their handler', async () => {
    await expect(call('middleware', 'plain')).rejects.toMatchObject({ status: 'error' });
    expect(await call('middleware', 'bound')).toBe('alice');
  });
});
