import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { VwoClient } from '../client/index.js';
import { OneInProcess } from '../common/index.js';
import { RequestScopeCheck } from './request-scope.check.js';
import { VwoCoreModule } from './vwo.core-module.js';
import { loggerOf, VwoLifecycle } from './vwo.lifecycle.js';
import {
  checkAsyncOptions,
  checkedOptions,
  moduleName,
  type ResolvedVwoOptions,
  type VwoModuleAsyncOptions,
  type VwoModuleOptions,
  type VwoOptions,
} from './vwo.options.js';
import { tokensOf } from './vwo.tokens.js';

/**
 * VWO in an application: import it once at the root; for further accounts once more each, with a `name`.
 *
 * Two modules and not one, because Nest shuts global modules down last, after the database that a storage rests on:
 * the last writes would find it closed. This one is never global, so it drains before everything deeper.
 */
@OneInProcess('VwoModule')
@Module({ exports: [VwoCoreModule] })
export class VwoModule {
  /**
   * Options as they are: `VwoModule.forRoot({ accountId: 123456, sdkKey: '…' })`. The application starts when the settings
   * are there, or after `startTimeout`. Throws `VwoOptionsError` for an option that does not exist; one that cannot work
   * makes the start reject with it, and so does a second module of the same `name`, or without one.
   */
  static forRoot(options: VwoModuleOptions): DynamicModule {
    const given = checkedOptions(options);
    // The builder knows one type of `storage` for both ways; a class of one is an extra, and never reaches the options.
    return vwoModule(VwoCoreModule.forRoot(given as VwoOptions), given.name, 'storage');
  }

  /**
   * Options from a factory, a class or a provider, e.g. of configuration:
   * `VwoModule.forRootAsync({ inject: [Config], useFactory: (config: Config) => ({ accountId: config.id, sdkKey: config.key }) })`.
   * Beside it stand `name`, `isGlobal`, `interceptor`, `mount`, `imports`, `providers`, and where it suits `storage`, `user` and `client`.
   * Errors as of `forRoot`.
   */
  static forRootAsync(options: VwoModuleAsyncOptions): DynamicModule {
    const factory = checkAsyncOptions(options);
    return vwoModule(VwoCoreModule.forRootAsync(options), options.name, factory === 'useFactory' ? 'inject' : factory);
  }
}

function vwoModule(core: DynamicModule, name: unknown, factory: string): DynamicModule {
  const tokens = tokensOf(moduleName(name));
  const providers: Provider[] = [
    {
      provide: VwoLifecycle,
      useFactory: (options: ResolvedVwoOptions, client: VwoClient) =>
        new VwoLifecycle(options, client, loggerOf(moduleName(name))),
      inject: [tokens.options, tokens.client],
    },
    {
      provide: RequestScopeCheck,
      useFactory: (modules?: ModulesContainer) => new RequestScopeCheck(modules, tokens, factory),
      inject: [{ token: ModulesContainer, optional: true }],
    },
  ];
  return { module: VwoModule, imports: [core], providers };
}
