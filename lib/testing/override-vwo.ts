import type { InjectionToken } from '@nestjs/common';
import type { VwoClient } from '../client/index.js';
import type { Diagnostics } from '../common/index.js';
import type { ClientName, UserId } from '../model/index.js';
import {
  DIAGNOSTICS,
  loggedIn,
  loggerOf,
  moduleName,
  openerOf,
  senderOf,
  type ResolvedVwoOptions,
  tokensOf,
  VisitOpeners,
  type VwoUserResolver,
} from '../nest/index.js';
import { MemoryStorage } from '../storage/index.js';
import { withFlagsHeader } from './header-flags.js';
import { testingClient } from './testing.client.js';
import { checkTestingOptions, TestingState, type VwoTestingOptions } from './testing-state.js';
import { VwoTestingFlags, type VwoTestingFlagsOf } from './vwo-testing-flags.js';

/** What `Test.createTestingModule(…)` of `@nestjs/testing` gives, as far as it is used here. */
export interface OverridesProviders {
  overrideProvider(token: InjectionToken): {
    useValue(value: unknown): unknown;
    useFactory(options: { factory: (...args: never[]) => unknown; inject?: InjectionToken[] }): unknown;
  };
}

/** What `overrideVwo` takes. */
export interface OverrideVwoOptions<Client extends ClientName = undefined> extends VwoTestingOptions<Client> {
  /** Who is it? @default the module's own option `user` */
  readonly user?: VwoUserResolver<UserId>;
}

/**
 * Overrides the `VwoModule` of an application under test, before it is compiled: flags come from the test, and nothing of the
 * account is started. `user`, `preload`, `onDecision` and `clock` of the module's options stay; a factory of options still runs.
 * Throws `VwoOptionsError` as `VwoTestingModule.forRoot` does.
 *
 * ```ts
 * const builder = Test.createTestingModule({ imports: [AppModule] });
 * const flags = overrideVwo(builder, { flags: { 'new-checkout': true } });
 * const app = (await builder.compile()).createNestApplication();
 * ```
 */
export function overrideVwo<Client extends ClientName = undefined>(
  builder: OverridesProviders,
  options: OverrideVwoOptions<Client> = {},
): VwoTestingFlagsOf<Client> {
  checkTestingOptions('overrideVwo(…, options)', options, ['user']);
  const name = moduleName(options.name);
  const user = options.user && withFlagsHeader(options.user);
  const state = new TestingState(name, options);
  const tokens = tokensOf(name);
  builder.overrideProvider(tokens.storage).useValue(new MemoryStorage()); // a class of the application's is not built then
  builder.overrideProvider(tokens.client).useFactory({
    factory: async ({ forClient }: ResolvedVwoOptions): Promise<VwoClient> => {
      const { preload, onDecision, clock } = forClient;
      const client = testingClient(state, { preload, onDecision, clock, logger: loggerOf(name) });
      await client.start();
      return client;
    },
    inject: [tokens.options],
  });
  builder.overrideProvider(tokens.opener).useFactory({
    factory: (client: VwoClient, its: ResolvedVwoOptions, diagnostics: Diagnostics, openers: VisitOpeners) => {
      const resolved = { ...its, user: user ?? withFlagsHeader(its.user ?? whoHasLoggedIn) };
      return openerOf(name)(client, resolved, diagnostics, openers);
    },
    inject: [tokens.client, tokens.options, DIAGNOSTICS, VisitOpeners],
  });
  return new VwoTestingFlags(state) as VwoTestingFlagsOf<Client>;
}

const whoHasLoggedIn: VwoUserResolver<UserId> = (context) => loggedIn(senderOf(context));
