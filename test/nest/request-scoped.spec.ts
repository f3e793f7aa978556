import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  type ModuleMetadata,
  type Provider,
  Scope,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  Flag,
  MemoryStorage,
  VwoInterceptor,
  VwoModule,
  type VwoModuleAsyncOptions,
  type VwoFlag,
  type VwoOptions,
  VwoOptionsError,
  type VwoOptionsFactory,
} from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { closeApps, startApp } from '../e2e/nest-app.js';

const settings = accountSettings({ features: [feature('ab', [rollout()])] });

let edge: VwoEdge;
beforeEach(async () => void (edge = await VwoEdge.start({ settings })));
afterEach(async () => {
  await closeApps();
  await edge.close();
});

const account = () => ({ accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url });

@Injectable({ scope: Scope.REQUEST })
class PerRequestStorage extends MemoryStorage {}

@Injectable({ scope: Scope.REQUEST })
class Tenant {
  constructor(@Inject(REQUEST) readonly request: unknown) {}
}

/** Request-scoped, because what it depends on is. */
@Injectable()
class TenantStorage extends MemoryStorage {
  constructor(readonly tenant: Tenant) {
    super();
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestOptions implements VwoOptionsFactory {
  createVwoOptions(): VwoOptions {
    return account();
  }
}

@Injectable()
class TenantOptions implements VwoOptionsFactory {
  constructor(readonly tenant: Tenant) {}
  createVwoOptions(): VwoOptions {
    return account();
  }
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class DurableStorage extends MemoryStorage {}

@Controller()
@UseInterceptors(VwoInterceptor)
class Handlers {
  @Get()
  on(@Flag('ab') flag: VwoFlag): object {
    return { on: flag.isEnabled() };
  }
}

async function starting(imports: ModuleMetadata['imports']): Promise<unknown> {
  return startApp({ imports, controllers: [Handlers] }).then(
    () => 'started',
    (error: unknown) => error,
  );
}

type Case = [what: string, option: string, vwoModule: (interceptor: boolean) => DynamicModule];

const withStorage = (storage: Type<MemoryStorage>, providers: Provider[] = []) => {
  return (interceptor: boolean) => VwoModule.forRoot({ ...account(), storage, providers, interceptor });
};
const withFactory = (options: () => VwoModuleAsyncOptions) => {
  return (interceptor: boolean) => VwoModule.forRootAsync({ ...options(), interceptor });
};

/** What is seen on the class or the list itself. */
const DIRECT: Case[] = [
  ['a storage class', '`storage`', withStorage(PerRequestStorage)],
  ['a durable storage class', '`storage`', withStorage(DurableStorage)],
  [
    'a storage class beside a factory',
    '`storage`',
    withFactory(() => ({ useFactory: account, storage: PerRequestStorage })),
  ],
  ['a factory that asks for REQUEST', '`inject`', withFactory(() => ({ inject: [REQUEST], useFactory: account }))],
  ['an options class', '`useClass`', withFactory(() => ({ useClass: PerRequestOptions }))],
  [
    'an options class that exists already',
    '`useExisting`',
    withFactory(() => ({ useExisting: PerRequestOptions, providers: [PerRequestOptions] })),
  ],
];

/** What is request-scoped because something below it is. With a global interceptor Nest 12 itself refuses these. */
const BELOW: Case[] = [
  ['what a storage class depends on', '`storage`', withStorage(TenantStorage, [Tenant])],
  [
    'what a factory asks for',
    '`inject`',
    withFactory(() => ({ inject: [Tenant], providers: [Tenant], useFactory: account })),
  ],
  [
    'what an options class depends on',
    '`useClass`',
    withFactory(() => ({ useClass: TenantOptions, providers: [Tenant] })),
  ],
];

describe.each([
  [false, [...DIRECT, ...BELOW]],
  [true, DIRECT],
])('with `interceptor: %p`, what is request-scoped', (interceptor, cases) => {
  it.each(cases)('is refused at start: %s, naming %s', async (_what, option, vwoModule) => {
    const error = await starting([vwoModule(interceptor)]);
    expect(error).toBeInstanceOf(VwoOptionsError);
    expect(String(error)).toContain(option);
  });
});

describe('a storage class with dependencies of the whole application', () => {
  @Injectable()
  class Database {}
  @Injectable()
  class DatabaseStorage extends MemoryStorage {
    constructor(readonly database: Database) {
      super();
    }
  }

  it('is built once, however many requests there are', async () => {
    const vwoModule = VwoModule.forRoot({ ...account(), storage: DatabaseStorage, providers: [Database] });
    const { get } = await startApp({ imports: [vwoModule], controllers: [Handlers] });
    for (const user of ['a', 'b', 'c']) expect(await (await get('/', user)).json()).toEqual({ on: true });
    expect(edge.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });
});
