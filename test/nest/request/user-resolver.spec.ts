import { describe, it, expect, afterEach } from '@jest/globals';
import { Controller, type ExecutionContext, Get, Injectable, type CanActivate } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  Flag,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
  VwoUser,
  type VwoFlag,
  type VwoUserContext,
} from '../../../lib/index.js';
import { type NestApp, PLATFORMS, type Platform, closeApps, startApp } from '../../e2e/nest-app.js';
import { FakeClient } from './fake-client.js';

let loggedIn: unknown;

/** Leaves on the request whatever the test says. */
@Injectable()
class AnyLogin implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user?: unknown }>().user = loggedIn;
    return true;
  }
}

@Controller()
class Me {
  @Get()
  me(@VwoUser() user: VwoUserContext | undefined, @Flag('x') flag: VwoFlag): object {
    return { user: user ?? null, source: flag.source };
  }
}

/** As an ORM's entity: what it knows is behind accessors of its class and of the one above. */
class Row {
  readonly #row: { readonly no: number; readonly plan: string };
  readonly ownField = 'kept';

  constructor(row: { readonly no: number; readonly plan: string }) {
    this.#row = row;
  }

  get id(): number {
    return this.#row.no;
  }

  protected get plan(): string {
    if (this.#row.plan === '') throw new Error('no plan');
    return this.#row.plan;
  }
}

class Account extends Row {
  readonly isDevMode = true;

  get customVariables(): { plan: string } {
    return { plan: this.plan };
  }

  get userAgent(): string {
    return 'Cron';
  }
}

afterEach(closeApps);

async function me(user?: VwoModuleOptions['user'], platform?: Platform): Promise<NestApp> {
  const client = new FakeClient(() => ({ x: {} }));
  const app = await startApp(
    {
      imports: [VwoModule.forRoot({ client, user })],
      controllers: [Me],
      providers: [{ provide: APP_GUARD, useClass: AnyLogin }],
    },
    { platform, login: false },
  );
  return app;
}

async function answer({ get }: NestApp): Promise<{ user: VwoUserContext | null; source: string }> {
  return (await (await get('/')).json()) as { user: VwoUserContext | null; source: string };
}

const NOBODY = { user: null, source: 'none' };

describe('who the user is', () => {
  it.each([
    ['`request.user.id`', { id: 'alice', sub: 'no' }, 'alice'],
    ['`request.user.sub`, for tokens', { sub: 'auth0|7' }, 'auth0|7'],
    ['a number, as text', { id: 0 }, '0'],
    ['a bigint, as text', { id: 9007199254740993n }, '9007199254740993'],
  ])('is, unless told otherwise, %s', async (_what, user, id) => {
    loggedIn = user;
    expect(await answer(await me())).toMatchObject({ user: { id }, source: 'rules' });
  });

  it.each([
    ['no user', undefined],
    ['null', null],
    ['a user without id', { name: 'alice' }],
    ['an empty id', { id: ' ' }],
    ['a name only', 'alice'],
  ])('is nobody with %s: flags off, and not a word', async (_what, user) => {
    loggedIn = user;
    const app = await me();
    expect(await answer(app)).toEqual(NOBODY);
    expect(app.logged.warnings('')).toEqual([]);
  });

  it.each(PLATFORMS)('is completed with user agent and IP address of the request on %s', async (platform) => {
    loggedIn = { id: 'alice' };
    const app = await me(undefined, platform);
    const given = await (await app.get('/', undefined, { headers: { 'user-agent': 'Lynx' } })).json();
    expect(given).toMatchObject({ user: { userAgent: 'Lynx', ipAddress: '127.0.0.1' } });
  });

  it('keeps the user agent and IP address that the resolver gives', async () => {
    const user = { id: 'bot', userAgent: 'Cron', ipAddress: '203.0.113.7', customVariables: { plan: 'gold' } };
    expect(await answer(await me(() => user))).toMatchObject({ user });
  });

  it.each([
    ['at once', (account: Account) => account],
    ['later', async (account: Account) => account],
  ])('may be an object of a class, whose accessors are read: %s', async (_when, given) => {
    const { user } = await answer(await me(() => given(new Account({ no: 7, plan: 'gold' }))));
    expect(user).toMatchObject({ id: '7', customVariables: { plan: 'gold' }, userAgent: 'Cron', isDevMode: true });
    expect(user).toMatchObject({ ipAddress: expect.any(String), ownField: 'kept' });
  });

  it('costs the request only its flags where an accessor throws', async () => {
    const app = await me(() => new Account({ no: 7, plan: '' }));
    expect(await answer(app)).toEqual(NOBODY);
    expect(app.logged.warnings('no plan')).toHaveLength(1);
  });

  it('is found by accessors of who has logged in', async () => {
    loggedIn = new Account({ no: 7, plan: 'gold' });
    expect(await answer(await me())).toMatchObject({ user: { id: '7' }, source: 'rules' });
  });

  it('is what the resolver finds in the request, at once or later', async () => {
    const fromHeader = (context: ExecutionContext): VwoUserContext => ({
      id: context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-user-id'] ?? '',
    });
    const [now, later] = [await me(fromHeader), await me(async (context) => fromHeader(context))];
    for (const { get } of [now, later]) {
      expect(await (await get('/', 'carol')).json()).toMatchObject({ user: { id: 'carol' } });
      expect(await (await get('/')).json()).toEqual(NOBODY);
    }
  });

  it('is not the login when the resolver says nobody', async () => {
    loggedIn = { id: 'alice' };
    expect(await answer(await me(() => undefined))).toEqual(NOBODY);
    expect(await answer(await me(async () => null))).toEqual(NOBODY);
  });
});

describe('a resolver that fails', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('session store is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('session store is down'))],
  ])('and %s costs the request nothing but its flags, with one warning and a count', async (_how, user) => {
    const app = await me(user as VwoModuleOptions['user']);
    expect(await answer(app)).toEqual(NOBODY);
    expect(await answer(app)).toEqual(NOBODY);
    expect(app.logged.warnings('session store is down')).toHaveLength(1);
    expect(app.app.get(VwoService).counters().userFailures).toBe(2);
  });

  it.each([
    ['no id', {}, 'got the id undefined'],
    ['an object as id', { id: { $oid: '507f' } }, 'got the id an object'],
    ['NaN', { id: NaN }, 'got the id NaN'],
    ['a bare string', 'alice', 'got "alice"'],
  ])('by giving %s: flags off, the request goes on, one warning with the cure', async (_what, user, said) => {
    const app = await me(() => user as VwoUserContext);
    expect(await answer(app)).toEqual(NOBODY);
    expect(await answer(app)).toEqual(NOBODY);
    expect(app.logged.warnings('give undefined for nobody: `user: (context) =>')).toHaveLength(1);
    expect(app.logged.warnings(said)).toHaveLength(1);
  });
});
