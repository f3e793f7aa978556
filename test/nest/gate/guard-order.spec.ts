import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { applyDecorators, Controller, Get, Injectable, UseGuards } from '@nestjs/common';
import { RequireFlag, VwoModule } from '../../../lib/index.js';
import { closeApps, LoginGuard, type NestApp, startApp } from '../../e2e/nest-app.js';
import { FakeClient } from '../request/fake-client.js';

afterEach(closeApps);

@Injectable()
class LateLoginGuard extends LoginGuard {}

/** Two ways to write the same: of the decorators in the list the first is applied first. */
const GateThenLogin = (): MethodDecorator => applyDecorators(RequireFlag('beta'), UseGuards(LateLoginGuard));
const LoginThenGate = (): MethodDecorator => applyDecorators(UseGuards(LateLoginGuard), RequireFlag('beta'));

@Controller()
class Handlers {
  @Get('gate-then-login')
  @GateThenLogin()
  gateThenLogin(): object {
    return { in: true };
  }

  @Get('login-then-gate')
  @LoginThenGate()
  loginThenGate(): object {
    return { in: true };
  }

  @Get('login-above-gate')
  @UseGuards(LateLoginGuard)
  @RequireFlag('beta')
  loginAboveGate(): object {
    return { in: true };
  }
}

const app = (): Promise<NestApp> => {
  const client = new FakeClient((user) => ({ ...(user && { beta: {} }) }));
  const imports = [VwoModule.forRoot({ client })];
  return startApp({ imports, controllers: [Handlers] }, { login: false });
};

describe('a gate that runs before the guard that logs in', () => {
  it('is right in applyDecorators where the login comes first in the list', async () => {
    const { get, logged } = await app();
    expect((await get('/login-then-gate', 'alice')).status).toBe(200);
    expect(logged.warnings('')).toEqual([]);
  });

  it('is told the cure for applyDecorators, where the order is turned round', async () => {
    const { get, logged } = await app();
    expect((await get('/gate-then-login', 'alice')).status).toBe(404);
    const [warning, ...more] = logged.warnings('Handlers.gateThenLogin');
    expect(more).toEqual([]);
    expect(warning).toMatch(/applyDecorators\(UseGuards\(.*RequireFlag\(/);
  });

  it('is told both cures, as it cannot know how it was written', async () => {
    const { get, logged } = await app();
    expect((await get('/login-above-gate', 'alice')).status).toBe(404);
    const [warning] = logged.warnings('Handlers.loginAboveGate');
    expect(warning).toContain('above @UseGuards');
    expect(warning).toContain('applyDecorators');
  });
});

describe('with two copies of @nestjs/common', () => {
  it('a refused gate answers 404, as with one', async () => {
    const { get } = await withTwoCopies();
    const refused = await get('/closed', 'alice');
    expect([refused.status, await refused.json()]).toMatchObject([
      404,
      { statusCode: 404, message: 'Cannot GET /closed' },
    ]);
  });

  it('whoever has the flag is let in', async () => {
    expect((await (await withTwoCopies()).get('/open', 'alice')).status).toBe(200);
  });

  /** The library with a @nestjs/common of its own, in an application that has another. */
  async function withTwoCopies(): Promise<NestApp> {
    let metadata: Parameters<typeof startApp>[0] | undefined;
    await jest.isolateModulesAsync(async () => {
      const common = await import('@nestjs/common');
      const other = await import('../../../lib/index.js');
      const { FakeClient: OtherClient } = await import('../request/fake-client.js');
      expect(other.RequireFlag).not.toBe(RequireFlag);
      expect(common.UseGuards).not.toBe(UseGuards);
      class Gates {
        open(): object {
          return { in: true };
        }
        closed(): object {
          return { in: true };
        }
      }
      const decorate = (name: 'open' | 'closed', flag: string): void => {
        const method = Object.getOwnPropertyDescriptor(Gates.prototype, name)!;
        common.Get(name)(Gates.prototype, name, method);
        other.RequireFlag(flag)(Gates.prototype, name, method);
      };
      decorate('open', 'beta');
      decorate('closed', 'closed');
      common.Controller()(Gates);
      const client = new OtherClient(() => ({ beta: {} }));
      metadata = { imports: [other.VwoModule.forRoot({ client })], controllers: [Gates] };
    });
    return startApp(metadata!);
  }
});
