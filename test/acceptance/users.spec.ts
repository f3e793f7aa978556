import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ACCOUNT, SETTINGS, troubles } from './account.js';
import { Application, byHeader, closeApplications, PLATFORMS } from './application.js';
import { root, testing } from './package.js';

interface LoggedIn {
  headers: Record<string, string | undefined>;
  user?: object;
}

/** Leaves `{ id }` or `{ sub }` on the request, as guards that log in do. */
@Injectable()
class LoginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<LoggedIn>();
    const { 'x-user-id': id, 'x-subject': sub } = request.headers;
    if (id !== undefined || sub !== undefined) request.user = { id, sub };
    return true;
  }
}

@Controller()
class ShopController {
  @Get('read')
  read(@root.VwoUser() user: root.VwoUserContext | undefined, @root.Flag('plan') plan: root.VwoFlag): object {
    return { id: user?.id ?? null, on: plan.isEnabled(), source: plan.source, tier: plan.getVariable('tier', 'none') };
  }

  @Get('context')
  context(@root.VwoUser() user: root.VwoUserContext): object {
    return { userAgent: user.userAgent, ipAddress: user.ipAddress };
  }

  @Get('logged-in')
  @UseGuards(LoginGuard)
  loggedIn(@root.FlagEnabled('new-checkout') on: boolean): object {
    return { on };
  }
}

describe.each(PLATFORMS)('Users on %s', (platform) => {
  let edge: testing.VwoEdge;
  beforeEach(async () => void (edge = await testing.VwoEdge.start({ settings: SETTINGS })));
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  function shop(user?: root.VwoUserResolver, login = false): Promise<Application> {
    const options = { ...ACCOUNT, baseUrl: edge.url, ...(user && { user }) };
    const providers = login ? [{ provide: APP_GUARD, useClass: LoginGuard }] : [];
    const imports = [root.VwoModule.forRoot(options)];
    return Application.start({ imports, controllers: [ShopController], providers }, platform);
  }

  it('are request.user.id, else request.user.sub, as guards left them', async () => {
    const app = await shop(undefined, true);
    const id = async (headers: Record<string, string>) => (await app.get('/read', undefined, headers)).body;
    expect(await id({ 'x-user-id': 'ann' })).toMatchObject({ id: 'ann' });
    expect(await id({ 'x-subject': 'bob' })).toMatchObject({ id: 'bob' });
    expect(await id({ 'x-user-id': 'ann', 'x-subject': 'bob' })).toMatchObject({ id: 'ann' });
    expect(await id({})).toMatchObject({ id: null, on: false, source: 'none' });
  });

  it('are known to flags when the guard that logs in is on the handler', async () => {
    const app = await shop();
    expect(await app.json('/logged-in', 'ann')).toEqual({ on: true });
  });

  it('are what the option `user` says, with custom variables', async () => {
    const app = await shop(byHeader);
    const gold = { id: 'ann', on: true, source: 'rules', tier: 'gold' };
    expect((await app.get('/read', 'ann', { 'x-plan': 'gold' })).body).toEqual(gold);
    const none = { id: 'bob', on: false, source: 'none', tier: 'none' };
    expect((await app.get('/read', 'bob', { 'x-plan': 'silver' })).body).toEqual(none);
  });

  it('may be looked up first: `user` may be asynchronous', async () => {
    const plans = { of: (id: string) => Promise.resolve(id === 'ann' ? 'gold' : 'free') };
    const app = await shop(async (context) => {
      const known = await byHeader(context);
      return known && { id: known.id, customVariables: { plan: await plans.of(known.id) } };
    });
    expect(await app.json('/read', 'ann')).toMatchObject({ tier: 'gold' });
    expect(await app.json('/read', 'bob')).toMatchObject({ tier: 'free' });
    expect(await app.json('/read')).toMatchObject({ id: null, source: 'none' });
  });

  it.each<[string, root.VwoUserResolver]>([
    [
      'throws',
      () => {
        throw new Error('no session');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no session'))],
  ])('are nobody when `user` %s: the request goes on, and it is counted and said once', async (_how, user) => {
    const app = await shop(user);
    const before = app.vwo.counters();
    for (const _again of [1, 2, 3]) expect(await app.json('/read', 'ann')).toMatchObject({ on: false, source: 'none' });
    expect(app.warnings('no session')).toHaveLength(1);
    expect(troubles(before, app.vwo.counters())).toHaveLength(1);
  });

  it('have the user agent and the IP address of the request, unless the option says others', async () => {
    const app = await shop(byHeader);
    const { body } = await app.get('/context', 'ann', { 'user-agent': 'Probe/1' });
    expect(body).toEqual({ userAgent: 'Probe/1', ipAddress: '127.0.0.1' });
    const own = await shop(() => ({ id: 'ann', userAgent: 'Own/1', ipAddress: '203.0.113.7' }));
    expect(await own.json('/context')).toEqual({ userAgent: 'Own/1', ipAddress: '203.0.113.7' });
  });
});

describe('The user context', () => {
  const { abTest, accountSettings, feature, rollout } = testing;
  let edge: testing.VwoEdge;
  let client: root.FmeClient;
  const quiet = { error: () => undefined, warn: () => undefined, log: () => undefined };

  const told = accountSettings({
    features: [
      feature('forced', [rollout(), abTest({ variations: [{ weight: 100 }, { weight: 0 }] })]),
      feature('split', [rollout(), abTest({ variations: [{}, {}] })]),
      feature('web', [rollout({ segments: { or: [{ campaignVariation: '122_2' }] } })]),
      feature('browser', [rollout({ segments: { or: [{ ua: 'wildcard(*Probe*)' }] } })]),
      feature('place', [rollout({ segments: { or: [{ ip_address: '203.0.113.7' }] } })]),
    ],
  });

  beforeEach(async () => {
    const settings = JSON.parse(JSON.stringify({ ...told, devMode: true }));
    const forced = settings.campaigns[1];
    forced.isForcedVariationEnabled = true;
    forced.variations[1].segments = { or: [{ custom_variable: { tester: 'yes' } }] };
    edge = await testing.VwoEdge.start({ settings });
    client = new root.FmeClient({ ...ACCOUNT, baseUrl: edge.url, logger: quiet });
    await client.start();
  });
  afterEach(async () => {
    await client.close();
    await edge.close();
  });

  async function variation(key: string, user: root.VwoUserContext): Promise<string | undefined> {
    const visit = await client.visit(user);
    const flag = visit.flag(key);
    await visit.end();
    return flag.variation?.key;
  }

  it('takes variationTargetingVariables: they force a variation', async () => {
    const tester = { id: 'ann', variationTargetingVariables: { tester: 'yes' } };
    expect(await variation('forced', tester)).toBe('Variation-1');
    expect(await variation('forced', { id: 'bob' })).toBe('Default');
  });

  it('takes a bucketingSeed: who shares it, shares the variation', async () => {
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const seeded = users.map((id) => variation('split', { id: `seeded-${id}`, bucketingSeed: 'acme' }));
    expect(new Set(await Promise.all(seeded)).size).toBe(1);
    expect(new Set(await Promise.all(users.map((id) => variation('split', { id })))).size).toBe(2);
  });

  it('takes a sessionId, which events carry, with the user agent and the IP address', async () => {
    const visit = await client.visit({
      id: 'ann',
      sessionId: 1_700_000_000,
      userAgent: 'Probe/1',
      ipAddress: '192.0.2.1',
    });
    visit.flag('split');
    await visit.end();
    await client.flush();
    const d = { sessionId: 1_700_000_000, visitor_ua: 'Probe/1', visitor_ip: '192.0.2.1' };
    expect(edge.eventsOf('ann')[0]?.raw).toMatchObject({ d });
  });

  it('takes isDevMode: it decides and, with dev mode on in the settings, sends nothing', async () => {
    for (const isDevMode of [true, false]) {
      const visit = await client.visit({ id: `dev-${isDevMode}`, isDevMode });
      expect(visit.flag('split').isEnabled()).toBe(true);
      await visit.end();
    }
    await client.flush();
    expect(edge.eventsOf('dev-false')).toHaveLength(2);
    expect(edge.eventsOf('dev-true')).toEqual([]);
  });

  it('takes platformVariables: what web testing has given the user', async () => {
    const user = (given: string) => ({ id: given, platformVariables: { webTestingCampaigns: { 122: given } } });
    const isOn = async (given: string) => (await client.visit(user(given))).flag('web').isEnabled();
    expect([await isOn('2'), await isOn('1')]).toEqual([true, false]);
  });

  it('takes userAgent and ipAddress, which rules look at', async () => {
    const known = await client.visit({ id: 'ann', userAgent: 'A Probe/1', ipAddress: '203.0.113.7' });
    expect(['browser', 'place'].map((key) => known.flag(key).isEnabled())).toEqual([true, true]);
    const unknown = await client.visit({ id: 'ann', userAgent: 'Other', ipAddress: '192.0.2.1' });
    expect(['browser', 'place'].map((key) => unknown.flag(key).isEnabled())).toEqual([false, false]);
  });
});
