import { Inject, Module, type NestModule, type OnApplicationBootstrap, Optional } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { OneInProcess } from '../common/index.js';
import { type Middleware, middlewareOf, VwoMountGuard } from './mount/index.js';
import {
  GlobalVwoInterceptor,
  type GraphqlSchema,
  mountScope,
  scopeSubscriptions,
  VisitOpeners,
  VwoInterceptor,
} from './request/index.js';

/** What the library asks of Fastify. */
interface HookedServer {
  addHook(name: 'onRequest', hook: Middleware): unknown;
}

/** What all `VwoModule`s of an application share: who opens visits, whatever their client. */
@OneInProcess('VwoRequestModule')
@Module({ providers: [VisitOpeners, VwoInterceptor], exports: [VisitOpeners, VwoInterceptor] })
export class VwoRequestModule implements NestModule, OnApplicationBootstrap {
  constructor(
    @Inject(VisitOpeners) private readonly openers: VisitOpeners,
    @Optional() @Inject(ModulesContainer) private readonly modules?: ModulesContainer,
    @Optional() @Inject(HttpAdapterHost) private readonly host?: HttpAdapterHost,
  ) {}

  /**
   * Nest runs neither guards nor interceptors for GraphQL's field resolvers: with GraphQL, whole requests run in their scope.
   * Bound to the adapter and not to routes, because a global prefix is none of GraphQL's.
   */
  configure(): void {
    this.mount(middlewareOf(this.openers));
    if (this.graphqlModules().length > 0) this.host?.httpAdapter.use(mountScope);
  }

  /** On Fastify a hook, which costs less than a middleware. */
  private mount(middleware: Middleware | undefined): void {
    const adapter = this.host?.httpAdapter;
    if (!middleware || !adapter) return;
    if (adapter.getType() === 'fastify') adapter.getInstance<HookedServer>().addHook('onRequest', middleware);
    else adapter.use(middleware);
  }

  /** Subscriptions come by a socket, which no middleware sees. The schemas are made by now. */
  onApplicationBootstrap(): void {
    for (const { providers } of this.graphqlModules()) {
      for (const { name, instance } of providers.values()) {
        if (name === 'GraphQLSchemaHost') scopeSubscriptions((instance as { schema: GraphqlSchema }).schema);
      }
    }
  }

  private graphqlModules(): { readonly providers: ReadonlyMap<unknown, { name: unknown; instance: unknown }> }[] {
    return [...(this.modules?.values() ?? [])].filter(({ metatype }) => metatype.name === 'GraphQLModule');
  }
}

/** Imported with `mount: 'guard'`: bound once, however many modules there are. */
@OneInProcess('VwoGlobalGuardModule')
@Module({ imports: [VwoRequestModule], providers: [{ provide: APP_GUARD, useClass: VwoMountGuard }] })
export class VwoGlobalGuardModule {}

/** Imported with `mount: 'interceptor'`: bound once, however many modules there are. */
@OneInProcess('VwoGlobalInterceptorModule')
@Module({
  imports: [VwoRequestModule],
  providers: [{ provide: APP_INTERCEPTOR, useClass: GlobalVwoInterceptor }],
})
export class VwoGlobalInterceptorModule {}
