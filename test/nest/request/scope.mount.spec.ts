import { afterEach, describe, expect, it } from '@jest/globals';
import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { FlagVariable, SkipFlags, VwoModule, VwoService } from '../../../lib/index.js';
import { closeApps, type NestApp, PLATFORMS, startApp } from '../../e2e/nest-app.js';
import { until } from '../../common/waiting.js';
import { FakeClient } from './fake-client.js';

afterEach(closeApps);

/** Where GraphQL is used, whole requests run in their scope. */
@Module({})
class GraphQLModule {}

/** Runs before any interceptor: what it reads by the service, it reads by the scope of the request. */
@Injectable()
class ReadsByService implements CanActivate {
  constructor(private readonly vwo: VwoService) {}
  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.vwo.open(context);
    return this.vwo.variable<string>('who', 'id', '-') === 'alice';
  }
}

@Controller()
class Handlers {
  constructor(private readonly vwo: VwoService) {}

  @Get()
  who(@FlagVariable('who', 'id', '-') parameter: string): object {
    return { parameter, service: this.vwo.variable('who', 'id', '-') };
  }

  @Get('skipped')
  @SkipFlags()
  skipped(): object {
    return { service: this.vwo.variable('who', 'id', '-') };
  }
}

describe.each(PLATFORMS)('requests in an application with GraphQL, on %s', (platform) => {
  let client: FakeClient;
  const start = (): Promise<NestApp> => {
    client = new FakeClient((user) => ({ who: { id: user?.id } }));
    const imports = [VwoModule.forRoot({ client }), GraphQLModule];
    return startApp({ imports, controllers: [Handlers] }, { platform });
  };

  it('have a visit each, with 100 of them interleaved, which ends with the handler', async () => {
    const { get } = await start();
    const users = Array.from({ length: 100 }, (_, i) => `user-${i}`);
    const answers = await Promise.all(users.map(async (user) => (await get('/', user)).json()));
    expect(answers).toEqual(users.map((user) => ({ parameter: user, service: user })));
    expect(client.visits.map(({ ends, readsAfterEnd }) => [ends, readsAfterEnd])).toEqual(Array(100).fill([1, []]));
  });

  it('have none with @SkipFlags', async () => {
    const { get } = await start();
    expect((await get('/skipped', 'alice')).status).toBe(500);
    expect(client.visits).toEqual([]);
  });

  it('have it in a guard that has opened it, too', async () => {
    @Controller()
    class Guarded {
      constructor(private readonly vwo: VwoService) {}
      @Get()
      who(): object {
        return { service: this.vwo.variable('who', 'id', '-') };
      }
    }
    client = new FakeClient((user) => ({ who: { id: user?.id } }));
    const imports = [VwoModule.forRoot({ client, interceptor: false, user: () => ({ id: 'alice' }) }), GraphQLModule];
    const providers = [{ provide: APP_GUARD, useClass: ReadsByService }];
    const { get } = await startApp({ imports, controllers: [Guarded], providers }, { platform, login: false });
    expect(await (await get('/')).json()).toEqual({ service: 'alice' });
    await until(() => client.visitOnly.ends === 1, 'the end of the visit');
    expect(client.visitOnly.reads).toEqual(['who', 'who']);
  });
});
