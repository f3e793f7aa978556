import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { ACCOUNT, eventNames, SETTINGS } from './account.js';
import { Application, closeApplications, PLATFORMS, vwoModule } from './application.js';
import { root, testing } from './package.js';

@Controller()
class ShopController {
  constructor(private readonly vwo: root.VwoService) {}

  @Get('read')
  read(): object {
    const flag = this.vwo.flag('pricing');
    return {
      variation: flag.variation?.key,
      on: this.vwo.isEnabled('pricing'),
      discount: this.vwo.variable('pricing', 'discount', -1),
      none: this.vwo.variable('pricing', 'none', -1),
    };
  }

  @Post('order')
  order(): object {
    return {
      tracked: this.vwo.track('orderPlaced', { price: 12.5 }),
      unknown: this.vwo.track('never-heard-of'),
      set: this.vwo.setAttribute({ plan: 'gold', age: 40, newsletter: true }),
    };
  }
}

describe.each(PLATFORMS)('VwoService on %s', (platform) => {
  let edge: testing.VwoEdge;
  let app: Application;
  let vwo: root.VwoService;

  beforeEach(async () => {
    edge = await testing.VwoEdge.start({ settings: SETTINGS });
    const module = vwoModule({ ...ACCOUNT, baseUrl: edge.url });
    app = await Application.start({ imports: [module], controllers: [ShopController] }, platform);
    vwo = app.vwo;
  });
  afterEach(async () => {
    await closeApplications();
    await edge.close();
  });

  it('reads flags and variables of the current visit', async () => {
    const half = { variation: 'Variation-1', on: true, discount: 50, none: -1 };
    expect(await app.json('/read', 'half')).toEqual(half);
  });

  it('tracks events and sets attributes of the user of the current visit', async () => {
    expect((await app.post('/order', 'ann')).body).toEqual({ tracked: true, unknown: false, set: true });
    expect(await vwo.flush()).toBe(true);
    const [order, attributes] = edge.eventsOf('ann');
    expect(order).toMatchObject({ name: 'orderPlaced', props: { price: 12.5 } });
    expect(attributes?.attributes).toMatchObject({ plan: 'gold', age: 40, newsletter: true });
    expect(app.warnings('never-heard-of')).toHaveLength(1);
  });

  it('tracks nothing of nobody', async () => {
    expect((await app.post('/order')).body).toEqual({ tracked: false, unknown: false, set: false });
  });

  it('shows and forgets what is stored of a user, who is decided anew then', async () => {
    const source = () => vwo.run({ id: 'ann' }, () => vwo.flag('new-checkout').source);
    expect([await source(), await source()]).toEqual(['rules', 'storage']);
    const stored = await vwo.storedDecisions('ann');
    expect(stored.get('new-checkout')).toMatchObject({ featureKey: 'new-checkout', userId: 'ann' });
    await vwo.forget('ann');
    expect((await vwo.storedDecisions('ann')).size).toBe(0);
    expect(await source()).toBe('rules');
  });

  it('fetches the settings on demand, and says whether they changed', async () => {
    const isOn = () => vwo.run({ id: 'ann' }, () => vwo.isEnabled('new-checkout'));
    expect([await isOn(), await vwo.refresh()]).toEqual([true, false]);
    edge.setSettings(testing.accountSettings({ features: [testing.feature('another', [testing.rollout()])] }));
    expect([await vwo.refresh(), await isOn()]).toEqual([true, false]);
  });

  it('sends the queued events on demand, and counts', async () => {
    await app.json('/read', 'ann');
    expect(await vwo.flush()).toBe(true);
    expect(eventNames(edge, 'ann')).toContain('vwo_variationShown');
    const counted = { ...vwo.counters() };
    const before = vwo.counters();
    await app.json('/read', 'bob');
    expect(before).toEqual(counted);
    expect(sum(vwo.counters())).toBeGreaterThan(sum(counted));
  });

  const sum = (counters: object): number =>
    Object.values(counters as Record<string, number>).reduce((total, count) => total + count, 0);

  it.each<[string, (service: root.VwoService) => unknown]>([
    ['flag', (service) => service.flag('pricing')],
    ['isEnabled', (service) => service.isEnabled('pricing')],
    ['variable', (service) => service.variable('pricing', 'discount', 0)],
    ['track', (service) => service.track('orderPlaced')],
    ['setAttribute', (service) => service.setAttribute({ plan: 'gold' })],
  ])('outside a visit `%s` throws an error that says what to do', (_method, call) => {
    expect(() => call(vwo)).toThrow(root.VwoError);
    expect(() => call(vwo)).toThrow(/\brun\(/);
  });
});
