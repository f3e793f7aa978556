import { afterEach, describe, expect, it } from '@jest/globals';
import { Cache, CacheInterceptor, CacheModule } from '@nestjs/cache-manager';
import {
  Body,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Post,
  Query,
  Scope,
  UseGuards,
  UseInterceptors,
  ValidationPipe,
} from '@nestjs/common';
import {
  APP_PIPE,
  ContextIdFactory,
  type ContextIdStrategy,
  type HostComponentInfo,
  LazyModuleLoader,
  Reflector,
} from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { Type } from 'class-transformer';
import { IsInt } from 'class-validator';
import { Strategy } from 'passport-custom';
import { Flag, FlagEnabled, FlagVariable, RequireFlag, type VwoFlag, VwoModule, VwoService } from '../../lib/index.js';
import { closeApps, type NestApp, startApp } from '../e2e/nest-app.js';
import { FakeClient } from '../nest/request/fake-client.js';

afterEach(closeApps);

const clientOf = () => new FakeClient((user) => ({ who: { id: user?.id, variation: user?.id }, beta: {} }));
const json = async ({ get }: NestApp, path: string, user?: string, init?: RequestInit): Promise<unknown> =>
  (await get(path, user, init)).json();

describe('Passport', () => {
  @Injectable()
  class ByHeader extends PassportStrategy(Strategy, 'header') {
    validate(request: { headers: Record<string, string> }): object | undefined {
      const id = request.headers['x-user-id'];
      return id ? { id } : undefined;
    }
  }

  @Controller()
  class Account {
    @Get()
    @RequireFlag('beta')
    @UseGuards(AuthGuard('header'))
    account(@FlagVariable('who', 'id', '-') id: string): object {
      return { id };
    }
  }

  it('leaves its user on the request, where gates and flags find it; who is not logged in never reaches them', async () => {
    const client = clientOf();
    const imports = [VwoModule.forRoot({ client }), PassportModule];
    const app = await startApp({ imports, controllers: [Account], providers: [ByHeader] }, { login: false });
    expect(await json(app, '/', 'alice')).toEqual({ id: 'alice' });
    expect((await app.get('/')).status).toBe(401);
    expect(client.visits.map(({ user }) => user?.id)).toEqual(['alice']);
  });
});

describe('@nestjs/cache-manager', () => {
  /** One answer for each variation, as docs/transports.md shows it. */
  @Injectable()
  class CachePerVariation extends CacheInterceptor {
    protected override trackBy(context: ExecutionContext): string | null | undefined {
      const path = super.trackBy(context);
      const variation = this.vwo.of(context).flag('who').variation?.key ?? 'none';
      return path && `${path} ${variation}`;
    }

    constructor(
      cache: Cache,
      reflector: Reflector,
      private readonly vwo: VwoService,
    ) {
      super(cache, reflector);
    }
  }

  let calls = 0;

  @Controller()
  class Prices {
    @Get()
    @UseInterceptors(CachePerVariation)
    prices(@FlagVariable('who', 'id', '-') id: string): object {
      calls += 1;
      return { id };
    }
  }

  it('keeps one answer for each variation, and the visit of an answer from the cache ends', async () => {
    const client = clientOf();
    const imports = [VwoModule.forRoot({ client }), CacheModule.register()];
    const app = await startApp({ imports, controllers: [Prices] });
    const users = ['alice', 'bob', 'alice', 'bob'];
    const answers: unknown[] = [];
    for (const user of users) answers.push(await json(app, '/', user));
    expect(answers).toEqual(users.map((id) => ({ id })));
    expect(calls).toBe(2);
    expect(client.visits.map(({ ends }) => ends)).toEqual([1, 1, 1, 1]);
  });
});

describe('ValidationPipe with transform and whitelist', () => {
  class Order {
    @IsInt()
    @Type(() => Number)
    amount!: number;
  }

  @Controller()
  class Orders {
    @Post()
    order(
      @Body() order: Order,
      @Flag('who') flag: VwoFlag,
      @FlagEnabled('beta') beta: boolean,
      @FlagVariable('who', 'id', '-') id: string,
      @Query('page') page: number,
    ): object {
      return { order, isOrder: order instanceof Order, key: flag.key, on: flag.isEnabled(), beta, id, page };
    }
  }

  it.each([false, true])(
    'leaves flags as they are (validateCustomDecorators: %s)',
    async (validateCustomDecorators) => {
      const options = { transform: true, whitelist: true, forbidNonWhitelisted: true, validateCustomDecorators };
      const app = await startApp({
        imports: [VwoModule.forRoot({ client: clientOf() })],
        controllers: [Orders],
        providers: [{ provide: APP_PIPE, useValue: new ValidationPipe(options) }],
      });
      const post = (body: object) =>
        json(app, '/?page=2', 'alice', {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        });
      expect(await post({ amount: '3' })).toEqual({
        order: { amount: 3 },
        isOrder: true,
        key: 'who',
        on: true,
        beta: true,
        id: 'alice',
        page: 2,
      });
      expect(await post({ amount: 3, more: 1 })).toMatchObject({ statusCode: 400 });
    },
  );
});

describe('a module that is loaded lazily', () => {
  @Injectable()
  class Reports {
    constructor(private readonly vwo: VwoService) {}

    who(): string {
      return this.vwo.variable('who', 'id', '-');
    }
  }

  @Module({ providers: [Reports], exports: [Reports] })
  class ReportsModule {}

  @Controller()
  class Home {
    constructor(private readonly loader: LazyModuleLoader) {}

    @Get()
    async home(): Promise<object> {
      const module = await this.loader.load(() => ReportsModule);
      return { id: module.get(Reports).who() };
    }
  }

  it('reads the flags of the request that loads it', async () => {
    const app = await startApp({ imports: [VwoModule.forRoot({ client: clientOf() })], controllers: [Home] });
    const users = ['alice', 'bob', 'carol'];
    expect(await Promise.all(users.map((user) => json(app, '/', user)))).toEqual(users.map((id) => ({ id })));
  });
});

describe('a durable provider', () => {
  let built = 0;

  /** Built once for each tenant, and not for each request. */
  @Injectable({ scope: Scope.REQUEST, durable: true })
  class TenantPrices {
    constructor(private readonly vwo: VwoService) {
      built += 1;
    }

    who(): string {
      return this.vwo.variable('who', 'id', '-');
    }
  }

  @Controller()
  class Prices {
    constructor(private readonly prices: TenantPrices) {}

    @Get()
    async who(): Promise<object> {
      await new Promise((resolve) => setImmediate(resolve));
      return { id: this.prices.who() };
    }
  }

  const tenants = new Map<unknown, ReturnType<typeof ContextIdFactory.create>>();
  const byTenant: ContextIdStrategy<{ headers: Record<string, string> }> = {
    attach(contextId, { headers }) {
      const tenant = headers['x-tenant'];
      const known = tenants.get(tenant) ?? ContextIdFactory.create();
      tenants.set(tenant, known);
      return (info: HostComponentInfo) => (info.isTreeDurable ? known : contextId);
    },
  };

  it('reads the flags of each request, though one instance serves all users of a tenant', async () => {
    ContextIdFactory.apply(byTenant);
    const app = await startApp({
      imports: [VwoModule.forRoot({ client: clientOf() })],
      controllers: [Prices],
      providers: [TenantPrices],
    });
    const users = ['alice', 'bob', 'carol', 'dora'];
    const asked = users.map((user, i) => json(app, '/', user, { headers: { 'x-tenant': `t${i % 2}` } }));
    expect(await Promise.all(asked)).toEqual(users.map((id) => ({ id })));
    expect(built).toBe(2);
  });
});
