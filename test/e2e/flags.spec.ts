import { describe, it, expect, beforeAll, afterAll } from '@jest/globals';
import { Controller, Get, Injectable, Module, ParseIntPipe, type PipeTransform, UseInterceptors } from '@nestjs/common';
import {
  Flag,
  FlagEnabled,
  FlagVariable,
  RequireFlag,
  UseFlags,
  type VwoFlag,
  VwoInterceptor,
  VwoModule,
  VwoService,
  VwoUser,
  type VwoUserContext,
} from '../../lib/index.js';
import { abTest, accountSettings, feature, personalise, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { type NestApp, PLATFORMS, startApp } from './nest-app.js';

const settings = accountSettings({
  features: [
    feature('new-checkout', [
      rollout(),
      abTest({
        variations: [
          { name: 'blue', variables: { button: 'blue', limit: 0, fast: false, note: '', shape: { round: true } } },
          { name: 'green', variables: { button: 'green', limit: 10, fast: true, note: 'hi', shape: { round: false } } },
        ],
      }),
    ]),
    feature('at-home', [rollout({ segments: { and: [{ or: [{ ip_address: 'wildcard(127.*)' }] }] } })]),
    feature('closed', [rollout({ percent: 0 })]),
    feature('greeting', [personalise({ when: { plan: 'gold' }, variables: { text: 'welcome back' } })], {
      metrics: ['greeted'],
    }),
    feature('unread', [rollout()]),
  ],
});

class Upper implements PipeTransform<string, string> {
  transform(value: string): string {
    return value.toUpperCase();
  }
}

class VariationName implements PipeTransform<VwoFlag, string> {
  transform(flag: VwoFlag): string {
    return flag.variation?.key ?? 'none';
  }
}

@Injectable()
class Greeter {
  constructor(private readonly vwo: VwoService) {}
  greeting(): string {
    return this.vwo.variable('greeting', 'text', 'welcome');
  }
}

@Injectable()
class Pages {
  constructor(private readonly greeter: Greeter) {}
  async front(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.greeter.greeting();
  }
}

@Controller()
class Shop {
  constructor(
    private readonly pages: Pages,
    private readonly vwo: VwoService,
  ) {}

  @Get('checkout')
  @UseInterceptors(VwoInterceptor)
  checkout(
    @Flag('new-checkout') flag: VwoFlag,
    @FlagEnabled('new-checkout') enabled: boolean,
    @FlagVariable('new-checkout', 'button', 'grey') button: string,
    @FlagVariable('new-checkout', 'absent', 'grey') absent: string,
  ): object {
    return { enabled, on: flag.isEnabled(), variation: flag.variation?.key, source: flag.source, button, absent };
  }

  @Get('falsy')
  falsy(
    @FlagVariable('new-checkout', 'limit', 99) limit: number,
    @FlagVariable('new-checkout', 'fast', true) fast: boolean,
    @FlagVariable('new-checkout', 'note', 'none') note: string,
  ): object {
    return { limit, fast, note };
  }

  @Get('piped')
  piped(
    @FlagVariable('new-checkout', 'button', 'grey', Upper) button: string,
    @FlagVariable('closed', 'count', '42', ParseIntPipe) count: number,
    @Flag('new-checkout', new VariationName()) variation: string,
    @FlagEnabled('closed', { transform: (on: boolean) => !on }) closed: boolean,
  ): object {
    return { button, count, variation, closed };
  }

  @Get('front')
  async front(): Promise<object> {
    return { text: await this.pages.front() };
  }

  @Get('home')
  async home(@VwoUser() user: VwoUserContext): Promise<object> {
    await Promise.resolve();
    return { user: user.id, on: this.vwo.isEnabled('at-home') };
  }

  @Get('beta')
  @RequireFlag('new-checkout', { variation: ['blue', 'green'] })
  beta(): string {
    return 'in';
  }

  @Get('closed')
  @RequireFlag('closed')
  closed(): string {
    return 'never';
  }

  @Get('unknown')
  unknown(@Flag('new-chekcout') flag: VwoFlag): object {
    return { on: flag.isEnabled(), source: flag.source };
  }

  @Get('greet')
  greet(): object {
    return { sent: this.vwo.track('greeted', { how: 'warmly' }), unsent: this.vwo.track('never-heard-of') };
  }

  @Get('mutate')
  mutate(@FlagVariable('new-checkout', 'shape', {}) shape: Record<string, unknown>): object {
    let refused = false;
    try {
      shape.round = 'changed by a handler';
    } catch {
      refused = true;
    }
    return { refused, shape };
  }
}

@Module({ controllers: [Shop], providers: [Pages, Greeter] })
class ShopModule {}

const CROWD = Array.from({ length: 100 }, (_, i) => String(i));

const user = (id: string): VwoUserContext => ({
  id,
  customVariables: { plan: id.startsWith('gold') ? 'gold' : 'free' },
});

describe.each(PLATFORMS)('flags of real settings on %s', (platform) => {
  let edge: VwoEdge;
  let server: NestApp;
  beforeAll(async () => {
    edge = await VwoEdge.start({ settings });
    const vwoModule = VwoModule.forRoot({
      accountId: settings.accountId,
      sdkKey: settings.sdkKey,
      baseUrl: edge.url,
      user: (context) => {
        const id = context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-user-id'];
        return id ? user(id) : undefined;
      },
    });
    server = await startApp({ imports: [vwoModule, ShopModule] }, { platform, login: false });
  });
  afterAll(async () => {
    await server.app.close();
    await edge.close();
  });

  const json = async (path: string, id?: string): Promise<Record<string, unknown>> =>
    (await (await server.get(path, id)).json()) as Record<string, unknown>;
  const impressionsOf = async (id: string): Promise<unknown[]> => {
    await server.app.get(VwoService).flush();
    return edge.eventsOf(id).filter(({ name }) => name === 'vwo_variationShown');
  };

  it('are plain values in a handler, decided once and the same at the next request', async () => {
    const first = await json('/checkout', 'alice');
    expect(first).toEqual({
      enabled: true,
      on: true,
      variation: expect.stringMatching(/^(blue|green)$/),
      source: 'rules',
      button: first.variation,
      absent: 'grey',
    });
    expect(await json('/checkout', 'alice')).toEqual({ ...first, source: 'storage' });
  });

  it('send one impression per rule for a decision that was read, and none when it is read again', async () => {
    await json('/checkout', 'ingrid');
    expect(await impressionsOf('ingrid')).toHaveLength(2); // the rollout and the experiment
    await json('/checkout', 'ingrid');
    expect(await impressionsOf('ingrid')).toHaveLength(2);
  });

  it('send and store nothing when they are not read', async () => {
    await json('/front', 'reader');
    expect(await impressionsOf('reader')).toEqual([]);
    expect((await server.app.get(VwoService).storedDecisions('reader')).size).toBe(0);
  });

  it('send and store what only a guard has read', async () => {
    expect((await server.get('/beta', 'guarded')).status).toBe(200);
    expect(await impressionsOf('guarded')).toHaveLength(2);
    expect([...(await server.app.get(VwoService).storedDecisions('guarded')).keys()]).toEqual(['new-checkout']);
  });

  it('keep values of 0, false and empty text', async () => {
    const users = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6'];
    const answers = await Promise.all(users.map((id) => json('/falsy', id)));
    expect(answers).toContainEqual({ limit: 0, fast: false, note: '' });
    expect(answers).toContainEqual({ limit: 10, fast: true, note: 'hi' });
  });

  it('go through pipes like any other parameter', async () => {
    const { variation, ...rest } = await json('/piped', 'alice');
    expect(rest).toEqual({ button: String(variation).toUpperCase(), count: 42, closed: true });
  });

  it('are read synchronously two services below the handler', async () => {
    expect(await json('/front', 'gold-gina')).toEqual({ text: 'welcome back' });
    expect(await json('/front', 'fred')).toEqual({ text: 'welcome' });
  });

  it('close a route like one that does not exist', async () => {
    expect(await json('/closed', 'alice')).toEqual({
      statusCode: 404,
      error: 'Not Found',
      message: 'Cannot GET /closed',
    });
  });

  it('are off for nobody, and the request goes on', async () => {
    expect(await json('/checkout')).toMatchObject({ enabled: false, source: 'none', button: 'grey' });
  });

  it('are off when VWO does not know their key, with one warning', async () => {
    expect(await json('/unknown', 'alice')).toEqual({ on: false, source: 'none' });
    expect(await json('/unknown', 'bob')).toEqual({ on: false, source: 'none' });
    expect(server.logged.warnings('"new-chekcout"')).toHaveLength(1);
  });

  it('match rules on the IP address of the request, for 100 users at once and none mixed up', async () => {
    const ids = CROWD.map((n) => `parallel-${n}`);
    const answers = await Promise.all(ids.map((id) => json('/home', id)));
    expect(answers).toEqual(ids.map((id) => ({ user: id, on: true })));
  });

  it('stay what they are when 100 users ask at once, twice', async () => {
    const ids = CROWD.map((n) => `sticky-${n}`);
    const variations = async (): Promise<unknown[]> =>
      (await Promise.all(ids.map((id) => json('/checkout', id)))).map(({ variation, button }) => [variation, button]);
    const first = await variations();
    expect(new Set(first.map(String)).size).toBe(2);
    expect(await variations()).toEqual(first);
  });

  it('have events tracked for their user; an event that VWO does not know is refused with one warning', async () => {
    expect(await json('/greet', 'tracked')).toEqual({ sent: true, unsent: false });
    await server.app.get(VwoService).flush();
    expect(edge.eventsOf('tracked').map(({ name, props }) => [name, props.how])).toEqual([['greeted', 'warmly']]);
    expect(server.logged.warnings('never-heard-of')).toHaveLength(1);
  });

  it('cannot be changed by a handler for everybody else', async () => {
    expect(await json('/mutate', 'alice')).toMatchObject({ refused: true, shape: { round: expect.any(Boolean) } });
  });
});

describe("with preload: 'declared'", () => {
  @Controller()
  class Declares {
    constructor(private readonly vwo: VwoService) {}

    @Get('declared')
    @UseFlags('new-checkout')
    declared(@FlagEnabled('at-home') home: boolean): object {
      return { home, checkout: this.vwo.isEnabled('new-checkout') };
    }

    @Get('undeclared')
    undeclared(): boolean {
      return this.vwo.isEnabled('new-checkout');
    }
  }

  it('a handler reads what it declares; anything else is an error with the cure', async () => {
    const edge = await VwoEdge.start({ settings });
    const account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
    const vwoModule = VwoModule.forRoot({ ...account, preload: 'declared' });
    const { app, get, logged } = await startApp({ imports: [vwoModule], controllers: [Declares] });
    expect(await (await get('/declared', 'alice')).json()).toEqual({ home: true, checkout: true });
    expect((await get('/undeclared', 'alice')).status).toBe(500);
    expect(logged.lines.join()).toContain("Put @UseFlags('new-checkout') on the handler or class");
    await app.close();
    await edge.close();
  });
});
