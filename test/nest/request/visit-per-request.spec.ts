import { once } from 'node:events';
import http from 'node:http';
import { describe, it, expect, afterEach } from '@jest/globals';
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Injectable,
  Module,
  UseFilters,
  UseGuards,
  type CanActivate,
  UseInterceptors,
  Sse,
  type MessageEvent,
  type ExecutionContext,
  ForbiddenException,
} from '@nestjs/common';
import { Subject, interval, map, type Observable, startWith, throwError } from 'rxjs';
import {
  Flag,
  FlagEnabled,
  RequireFlag,
  SkipFlags,
  VwoInterceptor,
  VwoService,
  type VwoFlag,
} from '../../../lib/index.js';
import { type NestApp, closeApps, startApp } from '../../e2e/nest-app.js';
import { until } from '../../common/waiting.js';
import { MOUNTED, mounted } from '../mounted.js';
import { FakeClient } from './fake-client.js';

afterEach(closeApps);

@Injectable()
class Pricing {
  constructor(private readonly vwo: VwoService) {}
  discount(): number {
    return this.vwo.variable('pricing', 'discount', 0);
  }
}

@Catch()
class FlaggedFilter implements ExceptionFilter {
  constructor(private readonly vwo: VwoService) {}
  catch(error: Error, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(code: number): { send(body: unknown): void } }>();
    const flag = this.vwo.of(host).flag('friendly-errors');
    response.status(418).send({ friendly: flag.isEnabled(), error: error.message });
  }
}

@Injectable()
class Refuses implements CanActivate {
  canActivate(): boolean {
    throw new ForbiddenException('not you');
  }
}

@Injectable()
class ReadsFlags implements CanActivate {
  constructor(private readonly vwo: VwoService) {}
  async canActivate(context: ExecutionContext): Promise<boolean> {
    return (await this.vwo.open(context)).flag('beta').isEnabled();
  }
}

const news = new Subject<string>();

@Controller()
class Shop {
  constructor(private readonly pricing: Pricing) {}

  @Get('price')
  @UseInterceptors(VwoInterceptor)
  price(@Flag('pricing') flag: VwoFlag): object {
    return { on: flag.isEnabled(), discount: this.pricing.discount() };
  }

  @Get('later')
  async later(): Promise<object> {
    const before = this.pricing.discount();
    await new Promise((resolve) => setImmediate(resolve));
    return { before, after: await Promise.resolve().then(() => this.pricing.discount()) };
  }

  @Get('beta')
  @RequireFlag('beta')
  beta(@FlagEnabled('beta') on: boolean): object {
    return { on };
  }

  @Get('own-guard')
  @UseGuards(ReadsFlags)
  ownGuard(@FlagEnabled('beta') on: boolean): object {
    return { on };
  }

  @Get('refused')
  @UseGuards(Refuses)
  @RequireFlag('beta')
  refused(): string {
    return 'never';
  }

  @Get('fails')
  @UseFilters(FlaggedFilter)
  fails(@Flag('beta') _flag: VwoFlag): Promise<never> {
    return Promise.reject(new Error('the till is broken'));
  }

  @Get('refused-then-filtered')
  @UseFilters(FlaggedFilter)
  @UseGuards(Refuses)
  @RequireFlag('beta')
  refusedThenFiltered(): string {
    return 'never';
  }

  @Get('fails-early')
  @UseFilters(FlaggedFilter)
  @UseGuards(Refuses)
  failsEarly(): string {
    return 'never';
  }

  @Sse('ticker')
  ticker(): Observable<MessageEvent> {
    return interval(1).pipe(map(() => ({ data: { discount: this.pricing.discount() } })));
  }

  @Sse('news')
  news(): Observable<MessageEvent> {
    return news.pipe(
      startWith('hello'),
      map((data) => ({ data })),
    );
  }

  @Get('broken-stream')
  broken(): Observable<never> {
    return throwError(() => new Error('broken'));
  }

  @Get('health')
  @SkipFlags()
  health(): string {
    return 'well';
  }

  @Get('skipped')
  @SkipFlags()
  skipped(@Flag('beta') flag: VwoFlag): object {
    return { on: flag.isEnabled() };
  }
}

@Module({ controllers: [Shop], providers: [Pricing] })
class ShopModule {}

const client = (): FakeClient =>
  new FakeClient((user) => ({
    pricing: { discount: Number(user?.id.replace(/\D/g, '') ?? 0) },
    ...(user?.id !== 'mallory' && { beta: {}, 'friendly-errors': {} }),
  }));

describe.each(MOUNTED)('a request, with VwoModule as %s, on %s', (mount, platform) => {
  async function shop(fake: FakeClient): Promise<NestApp> {
    const app = await startApp({ imports: [mounted(mount, { client: fake }), ShopModule] }, { platform });
    return app;
  }

  it('has one visit, whoever asks: two interceptors, a parameter, a service two levels deep', async () => {
    const fake = client();
    const { get } = await shop(fake);
    expect(await (await get('/price', 'user-7')).json()).toEqual({ on: true, discount: 7 });
    expect(fake.visitOnly).toMatchObject({ ends: 1, reads: ['pricing', 'pricing'] });
    expect(fake.visitOnly.keys).toEqual(mount === 'middleware' ? [] : ['pricing']); // a middleware does not know the handler
  });

  it('keeps its visit over everything that the handler awaits', async () => {
    const { get } = await shop(client());
    expect(await (await get('/later', 'user-3')).json()).toEqual({ before: 3, after: 3 });
  });

  it('never meets the visit of another one, with 200 of them interleaved', async () => {
    const { get } = await shop(client());
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => (await get('/later', `user-${i}`)).json()),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => ({ before: i, after: i })));
  });

  it('has the same visit in the guard as in the handler', async () => {
    const fake = client();
    const { get } = await shop(fake);
    expect(await (await get('/beta', 'alice')).json()).toEqual({ on: true });
    await until(() => fake.visitOnly.ends > 0, 'the end of the visit');
    expect(fake.visitOnly).toMatchObject({ ends: 1, reads: ['beta', 'beta'], readsAfterEnd: [] });
  });

  it('has the same visit in a guard of the application', async () => {
    const fake = client();
    const { get } = await shop(fake);
    expect(await (await get('/own-guard', 'alice')).json()).toEqual({ on: true });
    expect((await get('/own-guard', 'mallory')).status).toBe(403);
    await until(() => fake.visits.every(({ ends }) => ends === 1), 'the end of both visits');
    expect(fake.visits).toHaveLength(2);
  });

  it('ends its visit when a guard refuses it, so that what the guard read is stored and sent', async () => {
    const fake = client();
    const { get } = await shop(fake);
    expect((await get('/beta', 'mallory')).status).toBe(404);
    await until(() => fake.visitOnly.ends === 1, 'the end of the visit');
  });

  it('ends its visit when another guard refuses it after @RequireFlag let it through', async () => {
    const fake = client();
    const { get } = await shop(fake);
    expect((await get('/refused', 'alice')).status).toBe(403);
    await until(() => fake.visitOnly.ends === 1, 'the end of the visit');
  });

  it('ends its visit when the handler fails, and an exception filter still reads flags of its user', async () => {
    const fake = client();
    const { get } = await shop(fake);
    const answer = await get('/fails', 'alice');
    expect([answer.status, await answer.json()]).toEqual([418, { friendly: true, error: 'the till is broken' }]);
    expect(fake.visitOnly).toMatchObject({ ends: 1, user: { id: 'alice' } });
  });

  it('lets an exception filter read flags when a later guard refused', async () => {
    const fake = client();
    const { get } = await shop(fake);
    expect(await (await get('/refused-then-filtered', 'alice')).json()).toEqual({ friendly: true, error: 'not you' });
    await until(() => fake.visitOnly.ends === 1, 'the end of the visit');
  });

  it('gives an exception filter flags that are off, and no second failure, when no visit was opened', async () => {
    const fake = client();
    const { get } = await shop(fake);
    const isEarly = mount !== 'interceptor'; // a visit was opened before the guard that refuses
    expect(await (await get('/fails-early', 'alice')).json()).toEqual({ friendly: isEarly, error: 'not you' });
    expect(fake.visits).toHaveLength(isEarly ? 1 : 0);
  });

  it('ends its visit when its stream fails', async () => {
    const fake = client();
    const { get } = await shop(fake);
    expect((await get('/broken-stream', 'alice')).status).toBe(500);
    expect(fake.visitOnly.ends).toBe(1);
  });

  it('reads flags of its user whenever its event stream emits', async () => {
    const { get } = await shop(client());
    const { body } = await get('/ticker', 'user-5');
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      text += chunk.value;
      if (text.split('data:').length > 4) break;
    }
    expect(text.match(/data: .*/g)!.slice(0, 3)).toEqual(Array(3).fill('data: {"discount":5}'));
    await reader.cancel();
  });

  it('ends its visit when the client of an event stream disconnects, and unsubscribes from the handler', async () => {
    const fake = client();
    const { url } = await shop(fake);
    const request = http.get(`${url}/news`, { headers: { 'x-user-id': 'alice' } });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await once(response, 'data');
    expect(news.observed).toBe(true);
    expect(fake.visitOnly.ends).toBe(0);
    request.destroy();
    await until(() => !news.observed, 'unsubscription');
    expect(fake.visitOnly.ends).toBe(1);
  });

  if (mount === 'middleware') {
    it('opens one with @SkipFlags too: it runs before Nest knows the handler', async () => {
      const fake = client();
      const { get } = await shop(fake);
      expect((await get('/health', 'alice')).status).toBe(200);
      expect(fake.visits.map(({ ends }) => ends)).toEqual([1]);
    });
    return;
  }

  it('opens none with @SkipFlags, and says what to do when a flag is read there all the same', async () => {
    const fake = client();
    const { get, logged } = await shop(fake);
    expect((await get('/health', 'alice')).status).toBe(200);
    expect((await get('/skipped', 'alice')).status).toBe(500);
    expect(fake.visits).toEqual([]);
    expect(logged.lines.join()).toContain(
      'Flag "beta" was read outside a visit. Inside a request or message: is VwoInterceptor',
    );
  });
});
