import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { ACCOUNT, eventNames, SETTINGS } from './account.js';
import { Application, byHeader, closeApplications, PLATFORMS, vwoModule } from './application.js';
import { root, testing } from './package.js';
import { TIMEOUT_MS } from '../common/waiting.js';

@Injectable()
class LoginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: object }>();
    request.user = { id: request.headers['x-login'] };
    return true;
  }
}

@Controller()
class ShopController {
  @Get('beta')
  @root.RequireFlag('beta-area')
  beta(): string {
    return 'in';
  }

  @Get('half')
  @root.RequireFlag('new-checkout')
  @root.RequireFlag('pricing', { variation: 'Variation-1' })
  half(): string {
    return 'in';
  }

  @Get('either')
  @root.RequireFlag('pricing', { variation: ['Default', 'Variation-1'] })
  either(): string {
    return 'in';
  }

  @Get('and')
  @root.RequireFlag('pricing')
  @root.RequireFlag('beta-area')
  and(): string {
    return 'in';
  }

  @Get('gold')
  @root.RequireFlag('plan', { variable: { tier: 'gold' }, otherwise: () => new ForbiddenException() })
  gold(): string {
    return 'in';
  }

  @Get('tiers')
  @root.RequireFlag('pricing', { variable: { tiers: { gold: [2] } } })
  tiers(): string {
    return 'in';
  }
}

@Controller('club')
@root.RequireFlag('beta-area')
class ClubController {
  @Get()
  club(): string {
    return 'in';
  }

  @Get('gold')
  @root.RequireFlag('plan', { variable: { tier: 'gold' } })
  gold(): string {
    return 'in';
  }
}

@Controller('account')
class AccountController {
  @Get()
  @root.RequireFlag('new-checkout')
  @UseGuards(LoginGuard)
  account(): string {
    return 'in';
  }
}

describe.each(PLATFORMS)('Gates on %s', (platform) => {
  let edge: testing.VwoEdge;
  let app: Application;

  beforeAll(async () => {
    edge = await testing.VwoEdge.start({ settings: SETTINGS });
    const user: root.VwoUserResolver = async (context) => {
      const request = context.switchToHttp().getRequest<{ user?: { id: string } }>();
      return request.user?.id ? { id: request.user.id } : byHeader(context);
    };
    const imports = [vwoModule({ ...ACCOUNT, baseUrl: edge.url, user })];
    app = await Application.start(
      { imports, controllers: [ShopController, ClubController, AccountController] },
      platform,
    );
  });
  afterAll(async () => {
    await closeApplications();
    await edge.close();
  });

  const BETA = { 'x-beta': 'yes' };
  const GOLD = { 'x-plan': 'gold' };
  const status = async (path: string, user?: string, headers: Record<string, string> = {}): Promise<number> =>
    (await app.get(path, user, headers)).status;

  it('let through whoever has the flag', async () => {
    expect(await app.get('/beta', 'ann', BETA)).toEqual({ status: 200, body: 'in' });
  });

  it('answer everybody else as a route that does not exist', async () => {
    for (const user of ['bob', undefined]) {
      const [gated, missing] = [await app.get('/beta', user), await app.get('/no-such-route', user)];
      expect(gated.status).toBe(404);
      const text = JSON.stringify(missing.body).replaceAll('no-such-route', 'beta');
      expect(gated.body).toEqual(JSON.parse(text));
    }
  });

  it('ask for a variation, or for one of several', async () => {
    expect([await status('/half', 'half'), await status('/half', 'full')]).toEqual([200, 404]);
    expect([await status('/either', 'half'), await status('/either', 'full')]).toEqual([200, 200]);
  });

  it('ask for the values of variables, JSON too', async () => {
    expect([await status('/tiers', 'half'), await status('/tiers', 'full')]).toEqual([200, 404]);
  });

  it('of one handler must all hold', async () => {
    expect([await status('/and', 'ann', BETA), await status('/and', 'bob')]).toEqual([200, 404]);
  });

  it('answer with an error of yours', async () => {
    expect([await status('/gold', 'ann', GOLD), await status('/gold', 'bob', { 'x-plan': 'free' })]).toEqual([
      200, 403,
    ]);
  });

  it('on a class are on all its handlers, and add to theirs', async () => {
    expect([await status('/club', 'ann', BETA), await status('/club', 'bob')]).toEqual([200, 404]);
    expect(await status('/club/gold', 'ann', { ...BETA, ...GOLD })).toBe(200);
    expect([await status('/club/gold', 'cid', BETA), await status('/club/gold', 'dan', GOLD)]).toEqual([404, 404]);
  });

  it('above @UseGuards know who has logged in', async () => {
    expect(await status('/account', undefined, { 'x-login': 'ann' })).toBe(200);
  });

  it('send the impression of the flag that they read, also where they close', async () => {
    await status('/half', 'full');
    await app.vwo.flush();
    await edge.waitForEvents(() => eventNames(edge, 'full').length > 0, TIMEOUT_MS);
    expect(eventNames(edge, 'full')).toContain('vwo_variationShown');
  });
});
