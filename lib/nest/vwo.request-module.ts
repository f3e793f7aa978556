import { Inject, Module, type NestModule, Optional } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { OneInProcess } from '../common/index.js';
import { GlobalVwoInterceptor, mountScope, VisitOpeners, VwoInterceptor } from './request/index.js';

/** What all `VwoModule`s of an application share: who opens visits, whatever their client. */
@OneInProcess('VwoRequestModule')
@Module({ providers: [VisitOpeners, VwoInterceptor], exports: [VisitOpeners, VwoInterceptor] })
export class VwoRequestModule implements NestModule {
  constructor(
    @Optional() @Inject(ModulesContainer) private readonly modules?: ModulesContainer,
    @Optional() @Inject(HttpAdapterHost) private readonly host?: HttpAdapterHost,
  ) {}

  /**
   * Nest runs neither guards nor interceptors for GraphQL's field resolvers: with GraphQL, whole requests run in their scope.
   * Bound to the adapter and not to routes, because a global prefix is none of GraphQL's.
   */
  configure(): void {
    const hasGraphql = [...(this.modules?.values() ?? [])].some(({ metatype }) => metatype.name === 'GraphQLModule');
    if (hasGraphql) this.host?.httpAdapter.use(mountScope);
  }
}

/** Imported where the option `interceptor` is not false: bound once, however many modules there are. */
@OneInProcess('VwoGlobalInterceptorModule')
@Module({
  imports: [VwoRequestModule],
  providers: [{ provide: APP_INTERCEPTOR, useClass: GlobalVwoInterceptor }],
})
export class VwoGlobalInterceptorModule {}
