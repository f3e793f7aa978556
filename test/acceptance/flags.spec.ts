import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  Req,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ACCOUNT, eventNames, recordsOf, SETTINGS } from './account.js';
import { Application, closeApplications, PLATFORMS, vwoModule } from './application.js';
import { TIMEOUT_MS, eventually } from '../common/waiting.js';
import { root, testing } from './package.js';

interface HttpRequest {
  guarded?: root.VwoFlag;
  intercepted?: root.VwoFlag;
  url: string;
}

@Injectable()
class PricingService {
  constructor(private readonly vwo: root.VwoService) {}

  discount(): number {
    return this.vwo.variable('pricing', 'discount', 0);
  }

  flag(): root.VwoFlag {
    return this.vwo.flag('new-checkout');
  }
}

@Injectable()
class ReadingGuard implements CanActivate {
  constructor(private readonly vwo: root.VwoService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const visit = await this.vwo.open(context);
    context.switchToHttp().getRequest<HttpRequest>().guarded = visit.flag('new-checkout');
    return true;
  }
}

@Injectable()
class ReadingInterceptor implements NestInterceptor {
  constructor(private readonly vwo: root.VwoService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    context.switchToHttp().getRequest<HttpRequest>().intercepted = this.vwo.flag('new-checkout');
    return next.handle();
  }
}

interface HttpResponse {
  status(code: number): { send(body: object): void };
}

@Catch()
@Injectable()
class ReadingFilter implements ExceptionFilter {
  constructor(private readonly vwo: root.VwoService) {}

  catch(_error: unknown, host: ArgumentsHost): void {
    const on = this.vwo.of(host).flag('new-checkout').isEnabled();
    host.switchToHttp().getResponse<HttpResponse>().status(418).send({ on });
  }
}

@Controller()
class ShopController {
  constructor(
    private readonly pricing: PricingService,
    private readonly vwo: root.VwoService,
  ) {}

  @Get('checkout')
  checkout(
    @root.Flag('new-checkout') flag: root.VwoFlag,
    @root.FlagVariable('new-checkout', 'button', 'blue') button: string,
    @root.FlagEnabled('new-checkout') enabled: boolean,
  ): object {
    const { key, source, variation } = flag;
    return { key, source, variation, on: flag.isEnabled(), enabled, button, asked: flag.getVariable('button', 'none') };
  }

  @Get('price')
  async price(): Promise<object> {
    await new Promise((resolve) => setImmediate(resolve));
    return { discount: this.pricing.discount() };
  }

  @Get('falsy')
  falsy(
    @root.FlagVariable('pricing', 'discount', 99) discount: number,
    @root.FlagVariable('pricing', 'label', 'none') label: string,
    @root.FlagVariable('pricing', 'sale', true) sale: boolean,
    @root.FlagVariable('pricing', 'unknown', 'default') unknown: string,
  ): object {
    return { discount, label, sale, unknown };
  }

  @Get('tiers')
  tiers(@root.Flag('pricing') flag: root.VwoFlag): object {
    const tiers = flag.getVariable('tiers', { gold: [0] });
    const refused = [() => tiers.gold.push(9), () => Object.assign(flag, { key: 'other' })].map((change) => {
      try {
        change();
        return false;
      } catch {
        return true;
      }
    });
    const variables = flag.getVariables().map(({ key, value }) => [key, value]);
    return { refused, tiers, variables: Object.fromEntries(variables) };
  }

  @Get('same')
  @UseGuards(ReadingGuard)
  @UseInterceptors(ReadingInterceptor)
  same(@root.Flag('new-checkout') flag: root.VwoFlag, @Req() request: HttpRequest): object {
    const others = [request.guarded, request.intercepted, this.pricing.flag(), this.vwo.flag('new-checkout')];
    return { same: others.map((other) => other === flag) };
  }

  @Get('user')
  user(@root.VwoUser() user?: root.VwoUserContext): object {
    return { id: user?.id ?? null };
  }

  @Get('broken')
  @UseFilters(ReadingFilter)
  broken(): never {
    throw new Error('broken');
  }

  @Get('unread')
  unread(): object {
    return { read: 'nothing' };
  }

  @Get('misspelt')
  misspelt(@root.Flag('new-chekcout') flag: root.VwoFlag): object {
    return { on: flag.isEnabled(), source: flag.source };
  }

  @Get('health')
  @root.SkipFlags()
  health(): object {
    try {
      return { read: this.vwo.isEnabled('new-checkout') };
    } catch (error) {
      return { error: String(error) };
    }
  }
}

describe.each(PLATFORMS)('Flags on %s', (platform) => {
  let edge: testing.VwoEdge;
  let app: Application;
  const storage = new root.MemoryStorage();
  let opened = 0;

  beforeAll(async () => {
    edge = await testing.VwoEdge.start({ settings: SETTINGS });
    const vwo = vwoModule({ ...ACCOUNT, baseUrl: edge.url, storage: counting(storage) });
    const providers = [PricingService, ReadingGuard, ReadingInterceptor, ReadingFilter];
    app = await Application.start({ imports: [vwo], controllers: [ShopController], providers }, platform);
  });
  afterAll(async () => {
    await closeApplications();
    await edge.close();
  });

  /** Counts the reads. */
  function counting(real: root.VwoStorage): root.VwoStorage {
    const load = real.load.bind(real);
    return Object.assign(real, {
      load: (...question: Parameters<typeof load>) => {
        opened += 1;
        return load(...question);
      },
    });
  }

  it('are decided by rules at the first request and come from storage at the next, the same', async () => {
    const first = await app.json('/checkout', 'ann');
    expect(first).toEqual({
      key: 'new-checkout',
      source: 'rules',
      variation: expect.objectContaining({
        id: expect.any(Number),
        key: expect.stringMatching(/^(Default|Variation-1)$/),
        campaignId: 2,
        campaignKey: expect.any(String),
      }),
      on: true,
      enabled: true,
      button: expect.stringMatching(/^(blue|green)$/),
      asked: first['button'],
    });
    await eventually(async () => 'new-checkout' in (await recordsOf(storage, 'ann')), 'the record of ann');
    expect(await app.json('/checkout', 'ann')).toEqual({ ...first, source: 'storage' });
  });

  it('differ from user to user', async () => {
    const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    const buttons = await Promise.all(users.map(async (user) => (await app.json('/checkout', user))['button']));
    expect(new Set(buttons)).toEqual(new Set(['blue', 'green']));
  });

  it('send one impression for each rule that was read, and none at the next request', async () => {
    await app.json('/checkout', 'bea');
    await app.vwo.flush();
    await edge.waitForEvents(() => eventNames(edge, 'bea').length === 2, TIMEOUT_MS);
    expect(eventNames(edge, 'bea')).toEqual(['vwo_variationShown', 'vwo_variationShown']);
    await app.json('/checkout', 'bea');
    await app.vwo.flush();
    expect(eventNames(edge, 'bea')).toHaveLength(2);
  });

  it('send no impression and store nothing when nobody reads them', async () => {
    await app.json('/unread', 'cid');
    await app.vwo.flush();
    expect(eventNames(edge, 'cid')).toEqual([]);
    expect(await recordsOf(storage, 'cid')).toEqual({});
  });

  it('are read by one read of the storage, however many there are', async () => {
    opened = 0;
    await app.json('/same', 'dan');
    expect(opened).toBe(1);
  });

  it('are the same object for guard, interceptor, parameter and services', async () => {
    expect(await app.json('/same', 'eve')).toEqual({ same: [true, true, true, true] });
  });

  it('are read synchronously in a service below the handler, after an await too', async () => {
    expect(await app.json('/price', 'half')).toEqual({ discount: 50 });
    expect(await app.json('/price', 'full')).toEqual({ discount: 0 });
  });

  it('keep 0, empty text and false; the default is for a variable that is not there', async () => {
    expect(await app.json('/falsy', 'full')).toEqual({ discount: 0, label: '', sale: false, unknown: 'default' });
    expect(await app.json('/falsy', 'half')).toEqual({ discount: 50, label: 'half', sale: true, unknown: 'default' });
  });

  it('are immutable, their JSON variables too', async () => {
    const full = { discount: 0, label: '', sale: false, tiers: { gold: [1] } };
    for (const _again of [1, 2]) {
      expect(await app.json('/tiers', 'full')).toEqual({ refused: [true, true], tiers: full.tiers, variables: full });
    }
  });

  it('are off for nobody, and for a key that VWO does not know, which is said once', async () => {
    expect(await app.json('/checkout')).toMatchObject({ source: 'none', on: false, button: 'blue' });
    expect(await app.json('/misspelt', 'ann')).toEqual({ on: false, source: 'none' });
    expect(await app.json('/misspelt', 'bea')).toEqual({ on: false, source: 'none' });
    expect(app.warnings('new-chekcout')).toHaveLength(1);
  });

  it('are there for an exception filter', async () => {
    expect(await app.get('/broken', 'ann')).toEqual({ status: 418, body: { on: true } });
  });

  it('tell a handler who the user is', async () => {
    expect(await app.json('/user', 'ann')).toEqual({ id: 'ann' });
    expect(await app.json('/user')).toEqual({ id: null });
  });

  it('are not there with @SkipFlags: nothing is loaded, and reading says so', async () => {
    opened = 0;
    expect(await app.json('/health', 'ann')).toEqual({ error: expect.stringContaining('visit') });
    expect(opened).toBe(0);
  });
});
