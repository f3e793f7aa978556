import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { Flag, type Visit, type VwoFlag, VwoModule, type VwoModuleOptions, VwoService } from '../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { closeApps, type NestApp, startApp } from '../e2e/nest-app.js';

const settings = accountSettings({ features: [feature('ab', [rollout()], { metrics: ['order'] })] });

@Controller()
class Handlers {
  constructor(private readonly vwo: VwoService) {}

  @Get()
  on(@Flag('ab') flag: VwoFlag): object {
    return { on: flag.isEnabled(), again: this.vwo.isEnabled('ab'), tracked: this.vwo.track('order') };
  }
}

let edge: VwoEdge;
beforeEach(async () => void (edge = await VwoEdge.start({ settings })));
afterEach(async () => {
  await closeApps();
  await edge.close();
});

function start(options: VwoModuleOptions): Promise<NestApp> {
  const account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
  return startApp({ imports: [VwoModule.forRoot({ ...account, ...options })], controllers: [Handlers] });
}

describe('the option `events`', () => {
  it('false: flags and storage work, and nothing is sent', async () => {
    const { app, get } = await start({ events: false });
    expect(await (await get('/', 'alice')).json()).toEqual({ on: true, again: true, tracked: true });
    const vwo = app.get(VwoService);
    expect(await vwo.flush()).toBe(true);
    expect((await vwo.storedDecisions('alice')).has('ab')).toBe(true);
    await app.close();
    expect(edge.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('the option `onDecision`', () => {
  it('is told of each first read, with the visit', async () => {
    const seen: [string, string, string | undefined][] = [];
    const onDecision = (flag: VwoFlag, visit: Visit): void =>
      void seen.push([flag.key, flag.reason, visit.user && String(visit.user.id)]);
    const { get } = await start({ onDecision });
    await get('/', 'alice');
    await get('/', 'alice');
    await get('/');
    expect(seen).toEqual([
      ['ab', 'rollout', 'alice'],
      ['ab', 'stored', 'alice'],
      ['ab', 'nobody', undefined],
    ]);
  });

  it('that throws changes nothing but a count', async () => {
    const onDecision = (): never => {
      throw new Error('the hook is broken');
    };
    const { app, get, logged } = await start({ onDecision });
    expect(await (await get('/', 'alice')).json()).toMatchObject({ on: true });
    expect(app.get(VwoService).counters().hookFailures).toBe(1);
    expect(logged.warnings('the hook is broken')).toHaveLength(1);
  });
});

describe('what an application waits for and listens to', () => {
  it('is ready when the first settings are there, and tells of them and of the storage', async () => {
    edge.fail('settings', { kind: 'status', status: 503 });
    const { app } = await start({ startTimeout: 1 });
    const vwo = app.get(VwoService);
    const seen: string[] = [];
    const subscription = vwo.changes.subscribe(({ kind }) => seen.push(kind));
    edge.heal();
    await vwo.refresh();
    await vwo.ready;
    expect(seen).toEqual(['settings', 'source']);
    subscription.unsubscribe();
  });

  it('is ready also when the application closes before', async () => {
    edge.fail('settings', { kind: 'status', status: 503 });
    const { app } = await start({ startTimeout: 1 });
    const { ready } = app.get(VwoService);
    await app.close();
    await expect(ready).resolves.toBeUndefined();
  });
});
