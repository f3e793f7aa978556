import { ConfigurableModuleBuilder, Logger, Module, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { VwoClient } from '../client/index.js';
import { Diagnostics } from '../common/index.js';
import { yesOrNo } from '../common/index.js';
import { UserResolver } from './request/user-resolver.js';
import { VisitOpener } from './request/visit-opener.js';
import { VwoInterceptor } from './request/vwo.interceptor.js';
import { MemoryStorage, VwoStorage } from '../storage/index.js';
import { VwoClientStorage } from './vwo.client-storage.js';
import { startClient } from './vwo.lifecycle.js';
import {
  GIVEN_OPTIONS,
  isStorageClass,
  type ResolvedVwoOptions,
  resolveVwoOptions,
  VWO_OPTIONS,
  type VwoModuleExtras,
  type VwoOptions,
} from './vwo.options.js';
import { VwoService } from './vwo.service.js';

const EXTRAS: VwoModuleExtras = {
  isGlobal: true,
  interceptor: true,
  storage: undefined,
  user: undefined,
  client: undefined,
  imports: [],
  providers: [],
};

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<VwoOptions>({ optionsInjectionToken: GIVEN_OPTIONS })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createVwoOptions')
  .setExtras(EXTRAS, (definition, extras) => ({
    ...definition,
    global: yesOrNo('isGlobal', extras.isGlobal ?? true),
    imports: definition.imports ?? extras.imports,
    providers: [...(definition.providers ?? []), ...(extras.providers ?? []), ...providersFor(extras)],
    exports: [VwoService, VwoClient, VwoStorage, VisitOpener, VWO_OPTIONS],
  }))
  .build();

/** Everything that `VwoModule` provides, global or not. */
@Module({})
export class VwoCoreModule extends ConfigurableModuleClass {}

function providersFor(extras: VwoModuleExtras): Provider[] {
  return [
    {
      provide: VWO_OPTIONS,
      useFactory: (given: VwoOptions) => resolveVwoOptions(given, extras),
      inject: [GIVEN_OPTIONS],
    },
    {
      provide: Diagnostics,
      useFactory: ({ clock }: ResolvedVwoOptions) => new Diagnostics(new Logger('Vwo'), clock),
      inject: [VWO_OPTIONS],
    },
    isStorageClass(extras.storage)
      ? { provide: VwoStorage, useClass: extras.storage }
      : { provide: VwoStorage, useFactory: storageOf, inject: [VWO_OPTIONS] },
    { provide: VwoClient, useFactory: startClient, inject: [VWO_OPTIONS, VwoStorage] },
    UserResolver,
    VisitOpener,
    VwoService,
    VwoInterceptor,
    ...(yesOrNo('interceptor', extras.interceptor ?? true)
      ? [{ provide: APP_INTERCEPTOR, useExisting: VwoInterceptor }]
      : []),
  ];
}

function storageOf({ storage, client, clock }: ResolvedVwoOptions): VwoStorage {
  if (client instanceof VwoClient) return new VwoClientStorage(client);
  return storage ?? new MemoryStorage({ clock });
}
