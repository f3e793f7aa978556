import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type ExecutionContext, Get } from '@nestjs/common';
import {
  FlagEnabled,
  MemoryStorage,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
  VwoUser,
  type VwoUserContext,
} from '../../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../../lib/entries/edge.js';
import { closeApps, type NestApp, startApp } from '../../e2e/nest-app.js';

const settings = accountSettings({ features: [feature('ab', [rollout()], { metrics: ['order'] })] });

let edge: VwoEdge;
beforeEach(async () => void (edge = await VwoEdge.start({ settings })));
afterEach(async () => {
  await closeApps();
  await edge.close();
});

@Controller()
class Handlers {
  constructor(private readonly vwo: VwoService) {}

  @Get()
  who(@VwoUser() user: VwoUserContext | undefined, @FlagEnabled('ab') on: boolean): object {
    return { id: user?.id ?? null, on };
  }

  /** Does to the user context what a handler should not. */
  @Get('changed')
  changed(@VwoUser() user: VwoUserContext): object {
    try {
      Object.assign(user, { id: 'bob', customVariables: { plan: 'gold' } });
    } catch {
      return { refused: true, on: this.vwo.isEnabled('ab'), sent: this.vwo.track('order') };
    }
    return { refused: false, on: this.vwo.isEnabled('ab'), sent: this.vwo.track('order') };
  }
}

async function start(user?: VwoModuleOptions['user'], storage = new MemoryStorage()): Promise<NestApp> {
  const account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
  const imports = [VwoModule.forRoot({ ...account, storage, ...(user && { user }) })];
  return startApp({ imports, controllers: [Handlers] });
}

const json = async ({ get }: NestApp, path = '/', user?: string): Promise<unknown> => (await get(path, user)).json();

/** Who a user is for a request, and who for the same user in `vwo.run`, `vwo.visit` and `vwo.track`. */
async function everywhere(id: unknown): Promise<readonly unknown[]> {
  const user = { id } as VwoUserContext;
  const app = await start(() => user);
  const vwo = app.app.get(VwoService);
  const inRun = await vwo.run(user, (visit) => ({ id: visit.user?.id ?? null, on: vwo.isEnabled('ab') }));
  const visit = await vwo.visit(user);
  const tracked = vwo.track('order', undefined, user);
  const attributes = vwo.setAttribute({ plan: 'gold' }, user);
  return [
    await json(app),
    inRun,
    { id: visit.user?.id ?? null, on: visit.flag('ab').isEnabled() },
    tracked,
    attributes,
  ];
}

const somebody = (id: string): readonly unknown[] => [{ id, on: true }, { id, on: true }, { id, on: true }, true, true];
const NOBODY = { id: null, on: false };
const nobody: readonly unknown[] = [NOBODY, NOBODY, NOBODY, false, false];

describe('the same id in a request, in vwo.run, vwo.visit, vwo.track and vwo.setAttribute', () => {
  it.each([
    ['alice', 'alice'],
    [0, '0'],
    [42, '42'],
    [1.5, '1.5'],
  ])('is the same user: %p', async (id, text) => {
    expect(await everywhere(id)).toEqual(somebody(text));
  });

  it.each([[''], [NaN], [Infinity], [true], [{ $oid: '507f' }], [null], [undefined]])('is nobody: %p', async (id) => {
    expect(await everywhere(id)).toEqual(nobody);
  });

  it.each([
    [5n, '5'],
    [9007199254740993n, '9007199254740993'],
  ])('is the same user: %p', async (id, text) => {
    expect(await everywhere(id)).toEqual(somebody(text));
  });

  it.each([['  '], ['\t\n']])('is nobody: %p', async (id) => {
    expect(await everywhere(id)).toEqual(nobody);
  });
});

describe('the user that @VwoUser gives to a handler', () => {
  it('cannot be changed into another one', async () => {
    const storage = new MemoryStorage();
    const app = await start(undefined, storage);
    expect(await json(app, '/changed', 'alice')).toMatchObject({ on: true, sent: true });
    const vwo = app.app.get(VwoService);
    await vwo.flush();
    expect([(await vwo.storedDecisions('alice')).size, (await vwo.storedDecisions('bob')).size]).toEqual([1, 0]);
    const named = (user: string) =>
      edge
        .eventsOf(user)
        .map(({ name }) => name)
        .sort();
    expect([named('alice'), named('bob')]).toEqual([['order', 'vwo_variationShown'], []]);
  });
});

describe('an id that is the text of a missing one', () => {
  const fromHeader = (context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['x-customer'];

  it('is warned of once, saying that it is shared by all', async () => {
    const app = await start((context) => ({ id: String(fromHeader(context)) }));
    await json(app);
    await json(app);
    const warnings = app.logged.warnings('"undefined"');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/nobody/);
  });

  it.each([['null'], ['[object Object]']])('is warned of: "%s"', async (id) => {
    const app = await start(() => ({ id }));
    await json(app);
    expect(app.logged.warnings(`"${id}"`)).toHaveLength(1);
  });

  it('is warned of in vwo.run, too', async () => {
    const { app, logged } = await start();
    await app.get(VwoService).run({ id: 'undefined' }, () => undefined);
    expect(logged.warnings('"undefined"')).toHaveLength(1);
  });

  it.each([
    ['no id at all', {}],
    ['an object', { id: { $oid: '507f' } }],
    ['NaN', { id: NaN }],
  ])('is no cure for %s: the warning says that undefined means nobody', async (_what, user) => {
    const app = await start(() => user as unknown as VwoUserContext);
    expect(await json(app)).toEqual(NOBODY);
    const [warning, ...more] = app.logged.warnings('');
    expect(more).toEqual([]);
    expect(warning).not.toContain('String(');
    expect(warning).toMatch(/undefined.*nobody|nobody.*undefined/i);
  });

  it('is not what a missing header gives with `undefined`: nobody, and not a word', async () => {
    const app = await start((context) => {
      const id = fromHeader(context);
      return id === undefined ? undefined : { id };
    });
    expect(await json(app)).toEqual(NOBODY);
    expect(app.logged.warnings('')).toEqual([]);
  });
});
