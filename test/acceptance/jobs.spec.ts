import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { ACCOUNT, eventNames, recordsOf, SETTINGS } from './account.js';
import { Application, closeApplications, vwoModule } from './application.js';
import { root, testing } from './package.js';

@Injectable()
class Mailer {
  constructor(private readonly vwo: root.VwoService) {}

  async send(job: { readonly userId: string }): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    return `${job.userId} saves ${this.vwo.variable('pricing', 'discount', 0)} %`;
  }
}

describe('Jobs, queues and scripts', () => {
  let edge: testing.VwoEdge;
  const quiet = { error: () => undefined, warn: () => undefined, log: () => undefined };

  beforeEach(async () => void (edge = await testing.VwoEdge.start({ settings: SETTINGS })));
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  describe('with vwo.run', () => {
    const storage = new root.MemoryStorage();
    let vwo: root.VwoService;
    let mailer: Mailer;

    beforeEach(async () => {
      const module = vwoModule({ ...ACCOUNT, baseUrl: edge.url, storage });
      const app = await Application.start({ imports: [module], providers: [Mailer] });
      vwo = app.vwo;
      mailer = app.nest.get(Mailer);
    });

    it('read flags anywhere below, each job its own user', async () => {
      const jobs = ['half', 'full', 'half'].map((userId) => ({ userId }));
      const sent = jobs.map((job) => vwo.run({ id: job.userId }, () => mailer.send(job)));
      expect(await Promise.all(sent)).toEqual(['half saves 50 %', 'full saves 0 %', 'half saves 50 %']);
    });

    it('end their visit: what was decided is stored, and impressions are sent', async () => {
      await vwo.run({ id: 'ann' }, () => vwo.flag('new-checkout'));
      expect(Object.keys(await recordsOf(storage, 'ann'))).toEqual(['new-checkout']);
      await vwo.flush();
      expect(eventNames(edge, 'ann')).toEqual(['vwo_variationShown', 'vwo_variationShown']);
    });

    it('give what the work gives, and reject as it rejects', async () => {
      expect(await vwo.run({ id: 'ann' }, () => 7)).toBe(7);
      await expect(vwo.run({ id: 'ann' }, () => Promise.reject(new Error('no stamps')))).rejects.toThrow('no stamps');
    });

    it('are given the visit, and run for nobody with every flag off', async () => {
      expect(await vwo.run({ id: 'half' }, (visit) => visit.flag('pricing').getVariable('discount', 0))).toBe(50);
      expect(await vwo.run(undefined, () => vwo.isEnabled('pricing'))).toBe(false);
    });
  });

  it('work without Nest, with a client', async () => {
    const client = new root.FmeClient({ ...ACCOUNT, baseUrl: edge.url, logger: quiet });
    await client.start();
    const visit = await client.visit({ id: 'half', customVariables: { plan: 'gold' } });
    expect(visit.flag('pricing').getVariable('discount', 0)).toBe(50);
    expect(visit.flag('plan').getVariable('tier', 'none')).toBe('gold');
    expect(visit.track('orderPlaced')).toBe(true);
    await visit.end();
    expect([...(await client.storedDecisions('half')).keys()].sort()).toEqual(['plan', 'pricing']);
    await client.close();
    expect(eventNames(edge, 'half')).toEqual(expect.arrayContaining(['vwo_variationShown', 'orderPlaced']));
  });

  it('of two accounts in one process do not touch each other', async () => {
    const rules = [testing.rollout({ variables: { of: 'b' } })];
    const settings = testing.accountSettings({ accountId: 7, features: [testing.feature('of', rules)] });
    const other = await testing.VwoEdge.start({ settings });
    const clients = [
      new root.FmeClient({ ...ACCOUNT, baseUrl: edge.url, logger: quiet }),
      new root.FmeClient({ accountId: 7, sdkKey: 'b', baseUrl: other.url, logger: quiet }),
    ];
    await Promise.all(clients.map((client) => client.start()));
    const visits = await Promise.all(clients.map((client) => client.visit({ id: 'ann' })));
    expect(visits.map((visit) => visit.flag('new-checkout').isEnabled())).toEqual([true, false]);
    expect(visits.map((visit) => visit.flag('of').getVariable('of', 'nobody'))).toEqual(['nobody', 'b']);
    await Promise.all(visits.map((visit) => visit.end()));
    expect((await clients[0]!.storedDecisions('ann')).has('of')).toBe(false);
    await Promise.all(clients.map((client) => client.close()));
    expect(edge.events.every(({ accountId }) => accountId === '123456')).toBe(true);
    expect(other.eventsOf('ann').map(({ accountId }) => accountId)).toEqual(['7']);
    await other.close();
  });
});
