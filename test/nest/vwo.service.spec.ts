import { describe, it, expect, beforeEach, afterEach } from '@jest/globals';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { VwoModule, VwoOutsideVisitError, VwoService } from '../../lib/index.js';
import { startApp } from '../e2e/nest-app.js';
import { FakeClient } from './request/fake-client.js';

@Controller()
class Orders {
  constructor(private readonly vwo: VwoService) {}

  @Get('order')
  async order(): Promise<object> {
    const mine = this.vwo.variable('greeting', 'text', 'none');
    const theirs = await this.vwo.run({ id: 'bob' }, async () => {
      await Promise.resolve();
      return this.vwo.variable('greeting', 'text', 'none');
    });
    const mineAgain = this.vwo.variable('greeting', 'text', 'none');
    this.vwo.track('ordered');
    this.vwo.track('recommended', undefined, { id: 'carol' });
    this.vwo.setAttribute({ plan: 'gold' }, { id: 'carol' });
    return { mine, theirs, mineAgain };
  }
}

@Module({ controllers: [Orders] })
class OrdersModule {}

describe('VwoService', () => {
  let client: FakeClient;
  let app: INestApplication;
  let vwo: VwoService;
  let get: (path: string, user?: string) => Promise<Response>;

  beforeEach(async () => {
    client = new FakeClient((user) => ({ greeting: { text: `hello ${user?.id}` }, zero: { count: 0, off: false } }));
    ({ app, get } = await startApp({ imports: [VwoModule.forRoot({ client }), OrdersModule] }));
    vwo = app.get(VwoService);
  });
  afterEach(() => app.close());

  it('runs a job for a user: flags are read anywhere below, the visit ends, the result comes back', async () => {
    const result = await vwo.run({ id: 'alice' }, async (visit) => {
      await new Promise((resolve) => setImmediate(resolve));
      return [vwo.flag('greeting').getVariable('text'), vwo.isEnabled('absent'), visit.user?.id];
    });
    expect(result).toEqual(['hello alice', false, 'alice']);
    expect(client.visitOnly).toMatchObject({ ends: 1, readsAfterEnd: [] });
  });

  it('settles a job only after its visit has ended, so that a script may exit then', async () => {
    let saved = false;
    const opened = client.visit.bind(client);
    client.visit = async (user, keys) => {
      const visit = await opened(user, keys);
      return Object.assign(visit, { end: async () => void (await new Promise(setImmediate), (saved = true)) });
    };
    await vwo.run({ id: 'alice' }, () => vwo.flag('greeting'));
    expect(saved).toBe(true);
  });

  it('ends the visit of a job that fails, and lets its error through', async () => {
    const failure = new Error('the mail server is down');
    await expect(vwo.run({ id: 'alice' }, () => Promise.reject(failure))).rejects.toBe(failure);
    const synchronous = (): never => {
      throw failure;
    };
    await expect(vwo.run({ id: 'bob' }, synchronous)).rejects.toBe(failure);
    expect(client.visits.map(({ ends }) => ends)).toEqual([1, 1]);
  });

  it('keeps jobs that run at the same time apart', async () => {
    const jobs = Array.from({ length: 50 }, (_, i) =>
      vwo.run({ id: `user-${i}` }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return vwo.variable('greeting', 'text', '');
      }),
    );
    expect(await Promise.all(jobs)).toEqual(Array.from({ length: 50 }, (_, i) => `hello user-${i}`));
  });

  it('works for another user inside a request, and goes back to the first one', async () => {
    const answer = await (await get('/order', 'alice')).json();
    expect(answer).toEqual({ mine: 'hello alice', theirs: 'hello bob', mineAgain: 'hello alice' });
  });

  it('tracks for the user of the visit, or for the one that is named', async () => {
    await get('/order', 'alice');
    expect(client.visits[0]?.tracked).toEqual(['ordered']);
    expect(client.tracked).toEqual(['carol:recommended', 'carol:plan']);
  });

  it('sets an alias of the user of the visit, or of the one that is named; of nobody it sets none', async () => {
    expect(await vwo.run({ id: 'alice' }, () => vwo.setAlias('guest-1'))).toBe(true);
    expect(await vwo.run({ id: 'alice' }, () => vwo.setAlias(7, { id: 'carol' }))).toBe(true);
    expect(await vwo.setAlias('guest-2', { id: 'bob' })).toBe(true);
    expect(await vwo.run(undefined, () => vwo.setAlias('guest-3'))).toBe(false);
    expect(client.tracked).toEqual(['alice=guest-1', 'carol=7', 'bob=guest-2', 'undefined=guest-3']);
  });

  it('rejects, and does not throw, when setAlias is called outside a visit without a user', async () => {
    const setting = vwo.setAlias('guest-1');
    await expect(setting).rejects.toThrow(VwoOutsideVisitError);
    await expect(setting).rejects.toThrow('An alias was set outside a visit.');
    expect(client.tracked).toEqual([]);
  });

  it('gives the declared keys of a job to the client', async () => {
    await vwo.run({ id: 'alice' }, () => vwo.flag('greeting'), ['greeting']);
    expect(client.visitOnly.keys).toEqual(['greeting']);
  });

  it('keeps values of false and 0 and does not take the default for them', async () => {
    const read = (): unknown[] => [vwo.variable('zero', 'count', 7), vwo.variable('zero', 'off', true)];
    expect(await vwo.run({ id: 'alice' }, read)).toEqual([0, false]);
  });

  it.each([
    ['flag', (service: VwoService) => service.flag('x'), 'Flag "x" was read'],
    ['isEnabled', (service: VwoService) => service.isEnabled('x'), 'Flag "x" was read'],
    ['variable', (service: VwoService) => service.variable('x', 'y', 0), 'Flag "x" was read'],
    ['track', (service: VwoService) => service.track('bought'), 'Event "bought" was tracked'],
    ['setAttribute', (service: VwoService) => service.setAttribute({ plan: 'gold' }), 'Attributes were set'],
  ])('says what to do when %s is called outside a visit', (_name, call, what) => {
    expect(() => call(vwo)).toThrow(VwoOutsideVisitError);
    expect(() => call(vwo)).toThrow(`${what} outside a visit.`);
    expect(() => call(vwo)).toThrow('use VwoService.run(user, work)');
  });

  it('opens visits that are nobody else’s, shows and forgets what is stored, and steers the client', async () => {
    const visit = await vwo.visit({ id: 'alice' });
    expect(visit.flag('greeting').isEnabled()).toBe(true);
    expect(() => vwo.flag('greeting')).toThrow(VwoOutsideVisitError);
    expect([...(await vwo.storedDecisions('alice'))]).toEqual([['some-flag', { userId: 'alice' }]]);
    await vwo.forget('alice');
    expect(await vwo.refresh()).toBe(true);
    expect(await vwo.flush()).toBe(true);
    expect(client.calls).toEqual(['forget alice', 'refresh', 'flush']);
  });

  it('has its client, for code that takes one', () => {
    expect(vwo.client).toBe(client);
  });

  it('gives tags to VWO by the name that Full Stack has for it', async () => {
    await vwo.run({ id: 'alice' }, (visit) => {
      visit.setAttribute = (attributes) => client.setAttribute({ id: 'alice' }, attributes);
      return vwo.push({ plan: 'gold' });
    });
    expect(client.tracked).toEqual(['alice:plan']);
    expect(() => vwo.push({ plan: 'gold' })).toThrow('Attributes were set outside a visit.');
  });

  it('tells what changes to whoever is subscribed, and to nobody else', () => {
    const seen: unknown[] = [];
    const subscription = vwo.changes.subscribe((change) => seen.push(change));
    client.tell({ kind: 'storage', available: false });
    subscription.unsubscribe();
    client.tell({ kind: 'storage', available: true });
    expect(seen).toEqual([{ kind: 'storage', available: false }]);
    expect(client.listeners.size).toBe(0);
  });
});
