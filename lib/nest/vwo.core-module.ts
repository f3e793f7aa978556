import { ConfigurableModuleBuilder, Module, type Provider, type Type } from '@nestjs/common';
import { isVwoClient, type VwoClient } from '../client/index.js';
import { Diagnostics, yesOrNo } from '../common/index.js';
import { MemoryStorage, type VwoStorage } from '../storage/index.js';
import { mountOf } from './mount/index.js';
import { UserResolver, VisitOpener, VisitOpeners } from './request/index.js';
import { VwoClientStorage } from './vwo.client-storage.js';
import { loggerOf, startClient } from './vwo.lifecycle.js';
import {
  isStorageClass,
  moduleName,
  type ResolvedVwoOptions,
  resolveVwoOptions,
  type VwoModuleExtras,
  type VwoOptions,
} from './vwo.options.js';
import { VwoGlobalGuardModule, VwoGlobalInterceptorModule, VwoRequestModule } from './vwo.request-module.js';
import { VwoService } from './vwo.service.js';
import { DIAGNOSTICS, tokensOf } from './vwo.tokens.js';

/** The options as they came, from `forRoot` or from a factory. */
export const GIVEN_OPTIONS = Symbol.for('nestjs-vwo:given-options');

const EXTRAS: VwoModuleExtras = {
  name: undefined,
  isGlobal: true,
  interceptor: undefined,
  mount: undefined,
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
    imports: [...(definition.imports ?? extras.imports ?? []), ...requestModules(extras)],
    providers: [...(definition.providers ?? []), ...(extras.providers ?? []), ...providersFor(extras)],
    exports: [...Object.values(tokensOf(moduleName(extras.name))), VwoRequestModule],
  }))
  .build();

/** Everything that `VwoModule` provides, global or not. */
@Module({})
export class VwoCoreModule extends ConfigurableModuleClass {}

/** A middleware is bound by the first of them, however many modules ask for it. */
function requestModules(extras: VwoModuleExtras): Type[] {
  switch (mountOf(extras)) {
    case 'interceptor':
      return [VwoRequestModule, VwoGlobalInterceptorModule];
    case 'guard':
      return [VwoRequestModule, VwoGlobalGuardModule];
    case 'middleware':
    case undefined:
      return [VwoRequestModule];
  }
}

function providersFor(extras: VwoModuleExtras): Provider[] {
  const name = moduleName(extras.name);
  const { options, storage, client, opener, service } = tokensOf(name);
  return [
    {
      provide: options,
      useFactory: (given: VwoOptions, openers: VisitOpeners) => {
        openers.claim(name); // before anything is started for a second module of that name
        return resolveVwoOptions(given, extras);
      },
      inject: [GIVEN_OPTIONS, VisitOpeners],
    },
    {
      provide: DIAGNOSTICS,
      useFactory: ({ clock }: ResolvedVwoOptions) => new Diagnostics(loggerOf(name), clock),
      inject: [options],
    },
    isStorageClass(extras.storage)
      ? { provide: storage, useClass: extras.storage }
      : { provide: storage, useFactory: storageOf, inject: [options] },
    {
      provide: client,
      useFactory: (resolved: ResolvedVwoOptions, its: VwoStorage) => startClient(resolved, its, name),
      inject: [options, storage],
    },
    {
      provide: opener,
      useFactory: openerOf(name),
      inject: [client, options, DIAGNOSTICS, VisitOpeners],
    },
    {
      provide: service,
      useFactory: (its: VwoClient, visits: VisitOpener, diagnostics: Diagnostics) =>
        new VwoService(its, visits, diagnostics),
      inject: [client, opener, DIAGNOSTICS],
    },
  ];
}

/** Makes the opener of a module's visits. */
export function openerOf(name: string | undefined) {
  return (
    client: VwoClient,
    options: ResolvedVwoOptions,
    diagnostics: Diagnostics,
    openers: VisitOpeners,
  ): VisitOpener => openers.add(new VisitOpener(client, new UserResolver(options.user, diagnostics), name), options);
}

function storageOf({ storage, client, clock }: ResolvedVwoOptions): VwoStorage {
  if (isVwoClient(client)) return new VwoClientStorage(client);
  return storage ?? new MemoryStorage({ clock });
}
