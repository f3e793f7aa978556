import { describe, it, expect, beforeAll, afterAll } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  ForbiddenException,
  Get,
  GoneException,
  Injectable,
  Module,
  UseGuards,
} from '@nestjs/common';
import { RequireFlag, SkipFlags, UseFlags, Flag, VwoModule, type VwoFlag } from '../../../lib/index.js';
import { LoginGuard, type NestApp, PLATFORMS, startApp } from '../../e2e/nest-app.js';
import { FakeClient, type Flags } from '../request/fake-client.js';

@Injectable()
class LateLoginGuard extends LoginGuard implements CanActivate {}

@Controller('gates')
class Gates {
  @Get('beta')
  @RequireFlag('beta')
  beta(): string {
    return 'in';
  }

  @Get('both')
  @RequireFlag('beta')
  @RequireFlag('gold')
  both(): string {
    return 'in';
  }

  @Get('variation')
  @RequireFlag('test', { variation: ['blue', 'green'] })
  variation(): string {
    return 'in';
  }

  @Get('one-variation')
  @RequireFlag('test', { variation: 'blue' })
  oneVariation(): string {
    return 'in';
  }

  @Get('variable')
  @RequireFlag('test', { variable: { limit: 0, shape: { round: true } } })
  variable(): string {
    return 'in';
  }

  @Get('otherwise')
  @RequireFlag('beta', { otherwise: (context) => new GoneException(`no ${context.getHandler().name}`) })
  otherwise(): string {
    return 'in';
  }

  @Get('skipped')
  @SkipFlags()
  @RequireFlag('beta')
  skipped(): string {
    return 'in';
  }
}

@Controller('class')
@RequireFlag('beta')
@UseFlags('deeper')
class Area {
  @Get('open')
  open(): string {
    return 'in';
  }

  @Get('more')
  @RequireFlag('gold')
  @UseFlags('deepest')
  more(@Flag('read-here') _flag: VwoFlag): string {
    return 'in';
  }
}

@Controller('subclass')
@RequireFlag('gold')
class SubArea extends Area {}

@Controller('late')
class LateLogin {
  @Get('wrong')
  @UseGuards(LateLoginGuard)
  @RequireFlag('beta')
  wrong(): string {
    return 'in';
  }

  @Get('right')
  @RequireFlag('beta')
  @UseGuards(LateLoginGuard)
  right(): string {
    return 'in';
  }
}

@Module({ controllers: [Gates, Area, SubArea, LateLogin] })
class GatesModule {}

const FLAGS: Record<string, Flags> = {
  tester: { beta: {} },
  golden: { beta: {}, gold: {} },
  merchant: { gold: {} },
  blue: { test: { variation: 'blue', limit: 0, shape: { round: true } } },
  green: { test: { variation: 'green', limit: 1, shape: { round: true } } },
  red: { test: { variation: 'red', limit: 0, shape: { round: false } } },
};

describe.each(PLATFORMS)('@RequireFlag on %s', (platform) => {
  let server: NestApp;
  let fake: FakeClient;
  beforeAll(async () => {
    fake = new FakeClient((user) => FLAGS[user?.id ?? ''] ?? {});
    const imports = [VwoModule.forRoot({ client: fake }), GatesModule];
    server = await startApp({ imports, providers: [LateLoginGuard] }, { platform });
  });
  afterAll(() => server.app.close());

  const status = async (path: string, user?: string): Promise<number> => (await server.get(path, user)).status;

  it('answers whoever has not the flag exactly as if there were no such route', async () => {
    expect(await status('/gates/beta', 'tester')).toBe(200);
    const answer = async (path: string): Promise<object> =>
      (await (await server.get(path, 'merchant')).json()) as object;
    const absent = await answer('/gates/beta-is-not-here?a=1');
    const refused = await answer('/gates/beta?a=1');
    expect(absent).toEqual({ statusCode: 404, error: 'Not Found', message: 'Cannot GET /gates/beta-is-not-here?a=1' });
    expect(refused).toEqual({ ...absent, message: 'Cannot GET /gates/beta?a=1' });
  });

  it('refuses when nobody is known, and where @SkipFlags leaves no visit', async () => {
    expect(await status('/gates/beta')).toBe(404);
    expect(await status('/gates/skipped', 'tester')).toBe(404);
  });

  it('stacks as "and" on one handler', async () => {
    expect(await Promise.all(['golden', 'tester', 'merchant'].map((user) => status('/gates/both', user)))).toEqual([
      200, 404, 404,
    ]);
  });

  it('stacks as "and" over class, handler and subclass, and a subclass asks nothing of its parent', async () => {
    expect(await status('/class/open', 'tester')).toBe(200);
    expect(await status('/class/open', 'merchant')).toBe(404);
    expect(await status('/class/more', 'tester')).toBe(404);
    expect(await status('/class/more', 'golden')).toBe(200);
    expect(await status('/subclass/open', 'tester')).toBe(404);
    expect(await status('/subclass/open', 'golden')).toBe(200);
  });

  it('asks for a variation, or one of several', async () => {
    const users = ['blue', 'green', 'red'];
    expect(await Promise.all(users.map((user) => status('/gates/variation', user)))).toEqual([200, 200, 404]);
    expect(await Promise.all(users.map((user) => status('/gates/one-variation', user)))).toEqual([200, 404, 404]);
  });

  it('asks for values of variables, also for 0 and JSON', async () => {
    const users = ['blue', 'green', 'red'];
    expect(await Promise.all(users.map((user) => status('/gates/variable', user)))).toEqual([200, 404, 404]);
  });

  it('answers with the error that was asked for', async () => {
    const answer = await server.get('/gates/otherwise', 'merchant');
    expect([answer.status, await answer.json()]).toMatchObject([410, { message: 'no otherwise' }]);
  });

  it('tells the client every key that handler, class, guards and parameters declare', async () => {
    fake.visits.length = 0;
    await status('/class/more', 'golden');
    expect([...fake.visitOnly.keys].sort()).toEqual(['beta', 'deeper', 'deepest', 'gold', 'read-here']);
  });
});

describe('@RequireFlag before the guard that logs in', () => {
  it('refuses everybody, and says once which guard comes too late and what to do', async () => {
    const fake = new FakeClient((user) => FLAGS[user?.id ?? ''] ?? {});
    const imports = [VwoModule.forRoot({ client: fake }), GatesModule];
    const { app, get, logged } = await startApp({ imports }, { login: false });
    expect((await get('/late/wrong', 'tester')).status).toBe(404);
    expect((await get('/late/wrong', 'tester')).status).toBe(404);
    expect((await get('/late/right', 'tester')).status).toBe(200);
    await app.close();
    expect(logged.warnings('@RequireFlag')).toHaveLength(1);
    expect(
      logged.warnings('LateLogin.wrong because nobody was known yet, and LateLoginGuard comes later'),
    ).toHaveLength(1);
  });
});

describe('@RequireFlag when the class is defined', () => {
  it.each([
    ['an empty key', () => RequireFlag(''), '`@RequireFlag(key)` must be a string that is not empty, got ""'],
    ['a misspelt option', () => RequireFlag('x', { variatoin: 'a' } as object), 'did you mean `variation`?'],
    ['no variation at all', () => RequireFlag('x', { variation: [] }), "`@RequireFlag('x') variation` must be"],
    [
      'a variable that is a name',
      () => RequireFlag('x', { variable: 'plan' as unknown as Record<string, unknown> }),
      'got "plan" (for example { plan:',
    ],
    [
      'an error class in place of a function',
      () => RequireFlag('x', { otherwise: ForbiddenException as unknown as () => Error }),
      '(for example () => new ForbiddenException())',
    ],
  ])('refuses %s', (_what, define, message) => {
    expect(define).toThrow(message);
  });
});
