import { type DynamicModule, Module } from '@nestjs/common';
import { VwoCoreModule } from './vwo.core-module.js';
import { VwoLifecycle } from './vwo.lifecycle.js';
import {
  checkAsyncOptions,
  checkOptions,
  type VwoModuleAsyncOptions,
  type VwoModuleOptions,
  type VwoOptions,
} from './vwo.options.js';

/**
 * VWO in an application: import it once, at the root.
 *
 * Two modules and not one, because Nest shuts global modules down last, after the database that a storage rests on:
 * the last writes would find it closed. This one is never global, so it drains before everything deeper.
 */
@Module({ providers: [VwoLifecycle], exports: [VwoCoreModule] })
export class VwoModule {
  static forRoot(options: VwoModuleOptions): DynamicModule {
    checkOptions(options);
    // The builder knows one type of `storage` for both ways; a class of one is an extra, and never reaches the options.
    return { module: VwoModule, imports: [VwoCoreModule.forRoot(options as VwoOptions)] };
  }

  static forRootAsync(options: VwoModuleAsyncOptions): DynamicModule {
    checkAsyncOptions(options);
    return { module: VwoModule, imports: [VwoCoreModule.forRootAsync(options)] };
  }
}
