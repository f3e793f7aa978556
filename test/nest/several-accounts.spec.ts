import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  type ModuleMetadata,
  type PipeTransform,
} from '@nestjs/common';
import {
  Flag,
  FlagEnabled,
  FlagVariable,
  getVwoToken,
  InjectVwo,
  RequireFlag,
  UseFlags,
  VwoModule,
  type VwoModuleOptions,
  type VwoFlag,
  VwoOptionsError,
  VwoService,
  type VwoUserContext,
} from '../../lib/index.js';
import { fullStack } from '../../lib/entries/full-stack.js';
import {
  accountSettings,
  feature,
  featureRollout,
  fullStackSettings,
  rollout,
  VwoEdge,
} from '../../lib/entries/edge.js';
import { closeApps, type NestApp, startApp } from '../e2e/nest-app.js';

/** Both accounts have a flag `shared`, which says whose it is; each has one of its own. */
const settingsOf = (accountId: number, who: string) =>
  accountSettings({
    accountId,
    sdkKey: `key-${who}`,
    features: [
      feature('shared', [rollout({ variables: { who } })], { metrics: ['order'] }),
      feature(`only-${who}`, [rollout()]),
    ],
  });

let edgeA: VwoEdge;
let edgeB: VwoEdge;
let a: VwoModuleOptions;
let b: VwoModuleOptions;
/** The same where the start is refused. Nest closes nothing then: the other client must have no settings to wait for. */
let refusedA: VwoModuleOptions;
let refusedB: VwoModuleOptions;
beforeEach(async () => {
  const [settingsA, settingsB] = [settingsOf(111111, 'a'), settingsOf(222222, 'b')];
  edgeA = await VwoEdge.start({ settings: settingsA });
  edgeB = await VwoEdge.start({ settings: settingsB });
  a = { accountId: 111111, sdkKey: 'key-a', baseUrl: edgeA.url };
  b = { accountId: 222222, sdkKey: 'key-b', baseUrl: edgeB.url };
  refusedA = { ...a, settings: settingsA };
  refusedB = { ...b, settings: settingsB };
});
afterEach(async () => {
  await closeApps();
  await Promise.all([edgeA.close(), edgeB.close()]);
});

const both = (more: VwoModuleOptions = {}) => [VwoModule.forRoot(a), VwoModule.forRoot({ ...b, ...more, name: 'b' })];
/** What the start ends with. */
const starting = (imports: ModuleMetadata['imports']): Promise<unknown> =>
  startApp({ imports }).then(
    () => 'started',
    (error: unknown) => error,
  );
const json = async ({ get }: NestApp, path: string, user?: string): Promise<unknown> => (await get(path, user)).json();

describe('two modules without a name', () => {
  @Controller('a')
  class OfA {
    constructor(private readonly vwo: VwoService) {}
    @Get()
    who(@FlagVariable('shared', 'who', '-') parameter: string): object {
      return { parameter, service: this.vwo.variable('shared', 'who', '-') };
    }
  }
  @Controller('b')
  class OfB extends OfA {}

  it('are refused at start, with the option `name` as the cure', async () => {
    const error = await starting([VwoModule.forRoot(refusedA), VwoModule.forRoot(refusedB)]);
    expect(error).toBeInstanceOf(VwoOptionsError);
    expect(String(error)).toContain('`name`');
  });

  it('are refused also where each belongs to one module only', async () => {
    @Module({ imports: [VwoModule.forRoot({ ...refusedA, isGlobal: false })], controllers: [OfA] })
    class ModuleA {}
    @Module({ imports: [VwoModule.forRoot({ ...refusedB, isGlobal: false })], controllers: [OfB] })
    class ModuleB {}
    const error = await starting([ModuleA, ModuleB]);
    expect(error).toBeInstanceOf(VwoOptionsError);
    expect(String(error)).toContain('`name`');
  });

  it('are refused also where one comes from a factory', async () => {
    const error = await starting([
      VwoModule.forRoot(refusedA),
      VwoModule.forRootAsync({ useFactory: () => refusedB as object }),
    ]);
    expect(String(error)).toContain('`name`');
  });

  it('are one, where the same is imported twice', async () => {
    const once = VwoModule.forRoot({ ...a, isGlobal: false });
    @Module({ imports: [once], controllers: [OfA] })
    class ModuleA {}
    @Module({ imports: [once], controllers: [OfB] })
    class ModuleB {}
    const app = await startApp({ imports: [ModuleA, ModuleB] });
    expect(await json(app, '/b', 'alice')).toEqual({ parameter: 'a', service: 'a' });
    expect(edgeA.requests).toHaveLength(1);
  });

  it('stand beside each other in two applications of one process', async () => {
    const one = await startApp({ imports: [VwoModule.forRoot(a)], controllers: [OfA] });
    const two = await startApp({ imports: [VwoModule.forRoot(b)], controllers: [OfB] });
    expect(await json(one, '/a', 'alice')).toEqual({ parameter: 'a', service: 'a' });
    expect(await json(two, '/b', 'alice')).toEqual({ parameter: 'b', service: 'b' });
  });
});

describe('two modules of one name', () => {
  it('are refused at start, naming it', async () => {
    const error = await starting([
      VwoModule.forRoot({ ...refusedA, name: 'b' }),
      VwoModule.forRoot({ ...refusedB, name: 'b' }),
    ]);
    expect(error).toBeInstanceOf(VwoOptionsError);
    expect(String(error)).toContain('"b"');
  });
});

describe('two accounts in one application', () => {
  it('each answer with their own flags, in one handler', async () => {
    @Controller()
    class Both {
      constructor(
        private readonly vwo: VwoService,
        @InjectVwo('b') private readonly b: VwoService,
      ) {}
      @Get()
      @UseFlags(['shared', 'only-b', 'only-a'], { client: 'b' })
      who(): object {
        return {
          a: this.vwo.variable('shared', 'who', '-'),
          b: this.b.variable('shared', 'who', '-'),
          own: [this.vwo.isEnabled('only-a'), this.b.isEnabled('only-b')],
          others: [this.vwo.isEnabled('only-b'), this.b.isEnabled('only-a')],
        };
      }
    }
    const app = await startApp({ imports: both(), controllers: [Both] });
    expect(await json(app, '/', 'alice')).toEqual({ a: 'a', b: 'b', own: [true, true], others: [false, false] });
  });

  it('each with a module and a controller of their own, whose service is theirs', async () => {
    @Injectable()
    class Deep {
      constructor(@InjectVwo('b') private readonly vwo: VwoService) {}
      async who(): Promise<string> {
        await new Promise((resolve) => setImmediate(resolve));
        return this.vwo.variable('shared', 'who', '-');
      }
    }
    @Controller('a')
    class OfA {
      constructor(private readonly vwo: VwoService) {}
      @Get()
      who(): object {
        return { who: this.vwo.variable('shared', 'who', '-') };
      }
    }
    @Controller('b')
    @UseFlags(['shared'], { client: 'b' })
    class OfB {
      constructor(private readonly deep: Deep) {}
      @Get()
      async who(): Promise<object> {
        return { who: await this.deep.who() };
      }
    }
    @Module({ controllers: [OfA] })
    class ModuleA {}
    @Module({ controllers: [OfB], providers: [Deep] })
    class ModuleB {}
    const app = await startApp({ imports: [...both(), ModuleA, ModuleB] });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => Promise.all([json(app, '/a', `u${i}`), json(app, '/b', `u${i}`)])),
    );
    expect(answers).toEqual(Array(50).fill([{ who: 'a' }, { who: 'b' }]));
  });

  it('each give parameters of a handler, pipes included', async () => {
    const who: PipeTransform<VwoFlag, string> = { transform: (flag) => flag.getVariable('who', '-') };
    @Controller()
    class Both {
      @Get()
      who(
        @Flag('shared', who) fromA: string,
        @Flag('shared', { client: 'b' }, who) fromB: string,
        @Flag('only-b', { client: 'b' }) flag: VwoFlag,
        @FlagEnabled('only-b') offInA: boolean,
        @FlagEnabled('only-b', { client: 'b' }) onInB: boolean,
      ): object {
        return { fromA, fromB, flag: flag.isEnabled(), offInA, onInB };
      }
    }
    const app = await startApp({ imports: both(), controllers: [Both] });
    const expected = { fromA: 'a', fromB: 'b', flag: true, offInA: false, onInB: true };
    expect(await json(app, '/', 'alice')).toEqual(expected);
  });

  it('each have gates', async () => {
    @Controller()
    class Gates {
      @Get('open')
      @RequireFlag('only-b', { client: 'b' })
      open(): object {
        return { in: true };
      }
      @Get('closed')
      @RequireFlag('only-a', { client: 'b' })
      closed(): object {
        return { in: true };
      }
    }
    const app = await startApp({ imports: both(), controllers: [Gates] });
    expect((await app.get('/open', 'alice')).status).toBe(200);
    expect((await app.get('/closed', 'alice')).status).toBe(404);
    expect((await app.get('/open')).status).toBe(404);
  });

  it('each keep and send what is theirs', async () => {
    @Controller()
    class Both {
      constructor(
        private readonly vwo: VwoService,
        @InjectVwo('b') private readonly b: VwoService,
      ) {}
      @Get('b')
      onlyB(@Flag('shared', { client: 'b' }) flag: VwoFlag): object {
        return { on: flag.isEnabled(), tracked: this.b.track('order') };
      }
      @Get('a')
      onlyA(@Flag('shared') flag: VwoFlag): object {
        return { on: flag.isEnabled(), tracked: this.vwo.track('order') };
      }
    }
    const app = await startApp({ imports: both(), controllers: [Both] });
    const [vwo, ofB] = [app.app.get(VwoService), app.app.get<VwoService>(getVwoToken('b'))];
    expect(await json(app, '/b', 'bert')).toEqual({ on: true, tracked: true });
    expect(await json(app, '/a', 'anna')).toEqual({ on: true, tracked: true });
    await Promise.all([vwo.flush(), ofB.flush()]);
    const names = (edge: VwoEdge, user: string) =>
      edge
        .eventsOf(user)
        .map(({ name }) => name)
        .sort();
    expect([names(edgeA, 'bert'), names(edgeB, 'anna')]).toEqual([[], []]);
    expect(names(edgeB, 'bert')).toEqual(['order', 'vwo_variationShown']);
    expect(names(edgeA, 'anna')).toEqual(['order', 'vwo_variationShown']);
    expect([(await vwo.storedDecisions('bert')).size, (await ofB.storedDecisions('bert')).size]).toEqual([0, 1]);
    expect([(await vwo.storedDecisions('anna')).size, (await ofB.storedDecisions('anna')).size]).toEqual([1, 0]);
  });

  it('each know the user in their own way', async () => {
    const company = (context: ExecutionContext): VwoUserContext | undefined => {
      const headers = context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers;
      return headers['x-company'] ? { id: headers['x-company'] } : undefined;
    };
    @Controller()
    class Both {
      @Get()
      both(@Flag('shared') a: VwoFlag, @Flag('shared', { client: 'b' }) b: VwoFlag): object {
        return { a: a.isEnabled(), b: b.isEnabled() };
      }
    }
    const app = await startApp({ imports: both({ user: company }), controllers: [Both] });
    expect(await json(app, '/', 'alice')).toEqual({ a: true, b: false });
    const answer = await app.get('/', undefined, { headers: { 'x-company': 'acme' } });
    expect(await answer.json()).toEqual({ a: false, b: true });
  });

  it('are kept apart in work for somebody else', async () => {
    @Controller()
    class Both {
      constructor(
        private readonly vwo: VwoService,
        @InjectVwo('b') private readonly b: VwoService,
      ) {}
      @Get()
      who(): Promise<object> {
        const who = () => ({ a: this.vwo.variable('shared', 'who', '-'), b: this.b.variable('shared', 'who', '-') });
        return this.b.run({ id: 'acme' }, who);
      }
    }
    const app = await startApp({ imports: both(), controllers: [Both] });
    expect(await json(app, '/', 'alice')).toEqual({ a: 'a', b: 'b' });
    const [vwo, ofB] = [app.app.get(VwoService), app.app.get<VwoService>(getVwoToken('b'))];
    const users = async (service: VwoService) => [
      (await service.storedDecisions('alice')).size,
      (await service.storedDecisions('acme')).size,
    ];
    expect([await users(vwo), await users(ofB)]).toEqual([
      [1, 0],
      [0, 1],
    ]);
    await ofB.run({ id: 'acme' }, () => expect(() => vwo.flag('shared')).toThrow('outside a visit'));
  });

  it('are there with a factory, too, and by token', async () => {
    const ofB = VwoModule.forRootAsync({ name: 'b', useFactory: () => b as object });
    const { app } = await startApp({ imports: [ofB, VwoModule.forRoot(a)] });
    const [vwo, service] = [app.get(VwoService), app.get<VwoService>(getVwoToken('b'))];
    expect(await vwo.run({ id: 'alice' }, () => vwo.variable('shared', 'who', '-'))).toBe('a');
    expect(await service.run({ id: 'alice' }, () => service.variable('shared', 'who', '-'))).toBe('b');
  });

  it('are both drained when the application closes', async () => {
    const later = { events: { flushInterval: 60_000 } };
    const { app } = await startApp({ imports: [VwoModule.forRoot({ ...a, ...later }), both(later)[1]!] });
    for (const service of [app.get(VwoService), app.get<VwoService>(getVwoToken('b'))]) {
      await service.run({ id: 'alice' }, () => service.track('order'));
    }
    await app.close();
    expect([edgeA.eventsOf('alice'), edgeB.eventsOf('alice')]).toMatchObject([
      [{ name: 'order' }],
      [{ name: 'order' }],
    ]);
  });

  it('may be an account of FME and one of Full Stack', async () => {
    const settingsFile = fullStackSettings({
      accountId: 222222,
      campaigns: [featureRollout('shared', { variables: { who: 'legacy' } })],
    });
    edgeB.setSettingsFile(settingsFile);
    const legacy = fullStack({ accountId: 222222, sdkKey: 'key-b', baseUrl: edgeB.url });
    @Controller()
    class Both {
      @Get()
      both(@Flag('shared') a: VwoFlag, @Flag('shared', { client: 'legacy' }) b: VwoFlag): object {
        return { a: a.getVariable('who', '-'), b: b.getVariable('who', '-') };
      }
    }
    const imports = [VwoModule.forRoot(a), VwoModule.forRoot({ name: 'legacy', client: legacy })];
    const app = await startApp({ imports, controllers: [Both] });
    expect(await json(app, '/', 'alice')).toEqual({ a: 'a', b: 'legacy' });
  });

  it('say which name there is when a handler names another', async () => {
    @Controller()
    class Misspelt {
      @Get()
      who(@Flag('shared', { client: 'bb' }) flag: VwoFlag): object {
        return { on: flag.isEnabled() };
      }
    }
    const app = await startApp({ imports: both(), controllers: [Misspelt] });
    expect((await app.get('/', 'alice')).status).toBe(500);
    expect(app.logged.lines.join('\n')).toMatch(/"bb"[^]*"b"/);
  });
});
