import { type DynamicModule, Module } from '@nestjs/common';
import { OneInProcess } from '../common/index.js';
import type { ClientName, UserId } from '../model/index.js';
import {
  loggedIn,
  moduleName,
  senderOf,
  VwoModule,
  type VwoModuleExtras,
  type VwoUserResolver,
} from '../nest/index.js';
import { withFlagsHeader } from './header-flags.js';
import { testingClient } from './testing.client.js';
import { getVwoTestingToken } from './testing.tokens.js';
import { checkTestingOptions, TestingState, type VwoTestingOptions } from './testing-state.js';
import { VwoTestingFlags } from './vwo-testing-flags.js';

/** What `VwoTestingModule.forRoot` takes. */
export interface VwoTestingModuleOptions<Client extends ClientName = undefined>
  extends VwoTestingOptions<Client>, Pick<VwoModuleExtras, 'isGlobal' | 'interceptor' | 'mount'> {
  /** Who is it? @default whoever has logged in (`request.user`), else a user with the id `test-user` */
  readonly user?: VwoUserResolver<UserId>;
}

/** Holds what a test has set, apart from `VwoModule`, which injects it. */
@Module({})
class VwoTestingStateModule {}

/**
 * Stands in for `VwoModule.forRoot` in a test: the same decorators, guards and services, decided by flags that the test sets.
 * Nothing is fetched, stored or sent.
 *
 * ```ts
 * const module = await Test.createTestingModule({
 *   imports: [VwoTestingModule.forRoot({ flags: { beta: true, 'new-checkout': { variation: 'fast', variables: { button: 'red' } } } })],
 *   controllers: [ShopController],
 * }).compile();
 * module.get(VwoTestingFlags).set('beta', false);
 * ```
 */
@OneInProcess('VwoTestingModule')
@Module({ exports: [VwoModule] })
export class VwoTestingModule {
  /** Throws `VwoOptionsError` for options that do not exist, and for flags that cannot be. Each compiled application has flags of its own. */
  static forRoot<Client extends ClientName = undefined>(options: VwoTestingModuleOptions<Client> = {}): DynamicModule {
    checkTestingOptions('VwoTestingModule.forRoot(options)', options, ['isGlobal', 'interceptor', 'mount', 'user']);
    const { isGlobal = true, interceptor, mount, user = testUser } = options;
    const name = moduleName(options.name);
    const makeState = (): TestingState => new TestingState(name, options);
    makeState(); // wrong flags are refused here, where the test names them
    const state = stateModule(name, makeState, isGlobal);
    const vwo = VwoModule.forRootAsync({
      name,
      isGlobal,
      interceptor,
      mount,
      user: withFlagsHeader(user),
      imports: [state],
      inject: [stateToken(name)],
      useFactory: (its: TestingState) => ({ client: ({ logger }) => testingClient(its, { logger }) }),
    });
    return { module: VwoTestingModule, imports: [state, vwo], exports: [state] };
  }
}

function stateModule(name: string | undefined, make: () => TestingState, isGlobal: boolean): DynamicModule {
  const [state, flags] = [stateToken(name), getVwoTestingToken(name)];
  return {
    module: VwoTestingStateModule,
    global: isGlobal,
    providers: [
      { provide: state, useFactory: make },
      { provide: flags, useFactory: (its: TestingState) => new VwoTestingFlags(its), inject: [state] },
    ],
    exports: [state, flags],
  };
}

function stateToken(name: string | undefined): string {
  return `nestjs-vwo:testing-state${name === undefined ? '' : `:${name}`}`;
}

/** Flags that a test has set are on without a login. */
const testUser: VwoUserResolver<UserId> = (context) => loggedIn(senderOf(context)) ?? { id: 'test-user' };
