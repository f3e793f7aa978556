import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Client, type EvaluationContext, OpenFeature } from '@openfeature/server-sdk';
import { inScope, type Visit } from '../../lib/client/index.js';
import { type FmeClient, type FmeClientOptions, type OnDecision, VwoOptionsError } from '../../lib/index.js';
import { VwoOpenFeatureProvider } from '../../lib/entries/openfeature.js';
import {
  abTest,
  accountSettings,
  exclusiveGroup,
  feature,
  personalise,
  rollout,
  VwoEdge,
} from '../../lib/entries/edge.js';
import { FME } from '../client/three-clients.js';
import { logged, openFeatureOn, resetOpenFeature } from './of.fixture.js';

const settings = () => ({
  ...accountSettings({
    features: [
      feature('checkout', [
        rollout(),
        abTest({
          variations: [
            {
              name: 'fast',
              weight: 100,
              variables: { button: 'red', steps: 2, gift: true, page: { rows: [1] }, off: false },
            },
            { name: 'slow', weight: 0, forcedFor: ['tester'] },
          ],
        }),
      ]),
      feature('everybody', [rollout()]),
      feature('gold', [rollout({ when: { plan: 'gold' } })]),
      feature('personal', [rollout(), personalise({ when: { plan: 'gold' }, variables: { percent: 10 } })]),
      feature('nobody', [rollout({ percent: 0 })]),
      feature('switched-off'),
      feature('one', [abTest({ variations: [{}] })]),
      feature('other', [abTest({ variations: [{}] })]),
      feature('held', [rollout()]),
      feature('dotted', [rollout({ variables: { 'a.b': 'of dotted', constructor: 'own' } })]),
      feature('dotted.a', [rollout({ variables: { b: 'of dotted.a' } })]),
    ],
    groups: [exclusiveGroup('one of them', ['one', 'other'], { priority: ['other'] })],
  }),
  holdouts: [{ id: 90, percentTraffic: 100, featureIds: [9] }],
});

let edge: VwoEdge;
let vwo: FmeClient;
let client: Client;
beforeAll(async () => void (edge = await VwoEdge.start({ settings: settings() })));
afterAll(() => edge.close());
afterEach(async () => {
  await resetOpenFeature();
  jest.restoreAllMocks();
});

async function start(options: Partial<FmeClientOptions> = {}): Promise<void> {
  vwo = FME.build(edge, options) as FmeClient;
  await openFeatureOn(vwo);
  client = OpenFeature.getClient();
}

const ANN = { targetingKey: 'ann' };
const impressions = () => vwo.counters().eventsQueued;

describe('a flag key', () => {
  it.each<[string, unknown, unknown]>([
    ['checkout', false, true],
    ['nobody', true, false],
    ['checkout', 'none', 'fast'],
    ['nobody', 'none', 'none'],
    ['checkout', {}, { button: 'red', steps: 2, gift: true, page: { rows: [1] }, off: false }],
    ['everybody', { a: 1 }, {}],
    ['nobody', { a: 1 }, { a: 1 }],
    ['checkout.button', 'blue', 'red'],
    ['checkout.steps', 9, 2],
    ['checkout.gift', false, true],
    ['checkout.off', true, false],
    ['checkout.page', [], { rows: [1] }],
    ['nobody.button', 'blue', 'blue'],
    ['dotted.a', false, true],
    ['dotted.a.b', '', 'of dotted.a'],
    ['dotted.constructor', '', 'own'],
  ])('%s with the default %j is %j', async (key, fallback, value) => {
    await start();
    expect(await valueOf(key, fallback)).toEqual(value);
  });

  it.each(['checkout.', '.checkout', '.', '', 'checkout..button', 'checkout.button.', 'constructor', '__proto__'])(
    '%j names no flag, or none of its variables',
    async (key) => {
      await start();
      expect(await client.getStringDetails(key, 'none', ANN)).toMatchObject({
        value: 'none',
        errorCode: 'FLAG_NOT_FOUND',
      });
    },
  );

  it('of a variable that the user has not says so, where the flag is on', async () => {
    await start();
    const details = await client.getStringDetails('checkout.colour', 'blue', ANN);
    expect(details).toMatchObject({ value: 'blue', reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' });
    expect(details.errorMessage).toBe('Flag "checkout" has no variable "colour" for this user.');
  });

  it('that names no number costs no impression, and nor does one that there is not', async () => {
    const onDecision = jest.fn<OnDecision>();
    await start({ onDecision });
    const before = impressions();
    expect(await client.getNumberDetails('checkout', 1, ANN)).toMatchObject({ value: 1, errorCode: 'TYPE_MISMATCH' });
    expect(onDecision).not.toHaveBeenCalled();
    await client.getBooleanValue('unheard-of.button', true, ANN);
    expect(onDecision.mock.calls.map(([{ key, reason }]) => [key, reason])).toEqual([['unheard-of.button', 'unknown']]);
    expect(impressions()).toBe(before);
  });

  /** As VWO's own OpenFeature provider has it. */
  describe('with a variable in the context', () => {
    const naming = (key: string): EvaluationContext => ({ ...ANN, key });

    it('is that variable', async () => {
      await start();
      expect(await client.getStringValue('checkout', '', naming('button'))).toBe('red');
      expect(await client.getNumberValue('checkout', 9, naming('steps'))).toBe(2);
      expect(await client.getBooleanValue('checkout', true, naming('off'))).toBe(false);
      expect(await client.getObjectValue('checkout', {}, naming('page'))).toEqual({ rows: [1] });
      expect(await client.getNumberDetails('checkout', 9, naming('button'))).toMatchObject({
        errorCode: 'TYPE_MISMATCH',
      });
    });

    it('is as without, where the flag has none of that name', async () => {
      await start();
      expect(await client.getBooleanValue('checkout', false, naming('user-1'))).toBe(true);
      expect(await client.getBooleanValue('nobody', true, naming('user-1'))).toBe(false);
      expect(await client.getStringValue('checkout', '', naming('user-1'))).toBe('fast');
    });
  });
});

describe('the reason', () => {
  it.each<[string, EvaluationContext, object]>([
    ['everybody', ANN, { value: true, reason: 'TARGETING_MATCH', variant: 'Rollout' }],
    ['checkout', ANN, { value: true, reason: 'SPLIT', variant: 'fast' }],
    ['checkout', { targetingKey: 'tester' }, { value: true, reason: 'TARGETING_MATCH', variant: 'slow' }],
    ['personal', { ...ANN, plan: 'gold' }, { value: true, reason: 'TARGETING_MATCH', variant: 'Personalise' }],
    ['gold', ANN, { value: false, reason: 'DEFAULT', variant: 'off' }],
    ['nobody', ANN, { value: false, reason: 'SPLIT', variant: 'off' }],
    ['one', ANN, { value: false, reason: 'SPLIT', variant: 'off' }],
    ['held', ANN, { value: false, reason: 'SPLIT', variant: 'off' }],
    ['switched-off', ANN, { value: false, reason: 'DISABLED', variant: 'off' }],
  ])('of %s for %j', async (key, context, expected) => {
    await start();
    const details = await client.getBooleanDetails(key, true, context);
    expect(details).toMatchObject(expected);
    expect(details.errorCode).toBeUndefined();
  });

  it('is CACHED for what was stored, with the same variant', async () => {
    await start();
    const [first, second] = [await details(), await details()];
    expect([first.reason, second.reason]).toEqual(['SPLIT', 'CACHED']);
    expect(second.variant).toBe(first.variant);
    function details() {
      return client.getBooleanDetails('checkout', false, ANN);
    }
  });

  it.each([
    ['nobody.button', 'DEFAULT', 'traffic'],
    ['gold.button', 'DEFAULT', 'no-rule'],
    ['switched-off.button', 'DISABLED', 'disabled'],
  ])('of %s, where the default stands, is %s', async (key, reason, vwoReason) => {
    await start();
    const details = await client.getStringDetails(key, 'blue', ANN);
    expect(details).toMatchObject({ value: 'blue', reason, flagMetadata: { vwoReason } });
    expect(details).not.toHaveProperty('variant');
  });
});

it('the metadata say which rule it was, flat', async () => {
  await start();
  const { flagMetadata } = await client.getStringDetails('checkout.button', 'blue', ANN);
  expect(flagMetadata).toEqual({
    featureKey: 'checkout',
    variable: 'button',
    source: 'rules',
    vwoReason: 'experiment',
    campaignId: 2,
    campaignKey: 'checkout_testingRule1',
    variationId: 1,
    contextId: 'ann',
  });
});

describe('the user', () => {
  it.each<[string, EvaluationContext, string]>([
    ['nobody is named', {}, 'TARGETING_KEY_MISSING'],
    ['the name is blank', { targetingKey: ' ' }, 'TARGETING_KEY_MISSING'],
    ['the name is null', { targetingKey: null } as unknown as EvaluationContext, 'TARGETING_KEY_MISSING'],
    ['the name is no id', { targetingKey: { id: 'ann' } } as unknown as EvaluationContext, 'INVALID_CONTEXT'],
  ])('where %s the default stands', async (_case, context, errorCode) => {
    await start();
    expect(await client.getBooleanDetails('checkout', true, context)).toMatchObject({
      value: true,
      reason: 'ERROR',
      errorCode,
    });
  });

  it('may have a number as an id, as JavaScript lets it have', async () => {
    await start();
    const context = { targetingKey: 7 } as unknown as EvaluationContext;
    expect((await client.getBooleanDetails('checkout', false, context)).flagMetadata['contextId']).toBe('7');
  });

  it('has stored what was decided before the evaluation settles, and is shown each flag once', async () => {
    await start();
    const before = impressions();
    for (let i = 0; i < 3; i++) await client.getBooleanValue('checkout', false, ANN);
    expect([...(await vwo.storedDecisions('ann')).keys()]).toEqual(['checkout']);
    expect(impressions()).toBe(before + 2); // the rollout and the experiment
  });
});

describe('inside a visit', () => {
  /** As a request does, or `vwo.run`. */
  const inVisit = <T>(visit: Visit, work: () => Promise<T>): Promise<T> =>
    inScope({ visitOf: (of) => (of === vwo ? visit : undefined), visitNamed: () => undefined }, work);

  it('flags are those of the visit: decided once, its own objects', async () => {
    await start();
    const visit = await vwo.visit({ id: 'ann' });
    const opened = jest.spyOn(vwo, 'visit');
    const flag = visit.flag('checkout');
    const details = await inVisit(visit, () => client.getStringDetails('checkout', ''));
    expect(details).toMatchObject({ value: 'fast', reason: 'SPLIT', flagMetadata: { contextId: 'ann' } });
    expect(visit.flag('checkout')).toBe(flag);
    await inVisit(visit, () => client.getStringDetails('checkout', '', ANN));
    expect(opened).not.toHaveBeenCalled();
  });

  it('another user has a brief visit, and the visit stays as it is', async () => {
    await start();
    const onVisit = await vwo.visit({ id: 'ann' });
    const details = await inVisit(onVisit, () => client.getStringDetails('checkout', '', { targetingKey: 'tester' }));
    expect(details).toMatchObject({ value: 'slow', flagMetadata: { contextId: 'tester' } });
    await onVisit.end();
    expect((await vwo.storedDecisions('ann')).size).toBe(0);
    expect((await vwo.storedDecisions('tester')).size).toBe(1);
  });

  it('of nobody the default stands, unless somebody is named', async () => {
    await start();
    const nobodys = await vwo.visit(undefined);
    const evaluated = (context: EvaluationContext) =>
      inVisit(nobodys, () => client.getBooleanDetails('everybody', false, context));
    expect(await evaluated({})).toMatchObject({ value: false, errorCode: 'TARGETING_KEY_MISSING' });
    expect(await evaluated(ANN)).toMatchObject({ value: true });
  });

  it('attributes of the context are not looked at, and that is said once', async () => {
    await start();
    const visit = await vwo.visit({ id: 'ann', customVariables: { plan: 'free', rank: { is: 1 } } });
    const gold = (context: EvaluationContext) => inVisit(visit, () => client.getBooleanValue('gold', false, context));
    expect(await gold({ plan: 'free', rank: { is: 1 }, key: 'x', ipAddress: '203.0.113.7' })).toBe(false);
    expect(logged).toEqual([]);
    expect(await gold({ ...ANN, plan: 'gold', rank: { is: 1 } })).toBe(false);
    expect(await gold({ ...ANN, url: '/' })).toBe(false);
    expect(logged.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(/inside a visit: plan\. .*vwoUserOf/),
    ]);
  });

  it("reads flags that nobody has declared, with `preload: 'declared'`", async () => {
    await start({ preload: 'declared' });
    for (const user of [{ id: 'ann' }, undefined]) {
      const visit = await vwo.visit(user);
      const details = await inVisit(visit, () => client.getStringDetails('checkout.button', ''));
      expect(details).toMatchObject(user ? { value: 'red' } : { errorCode: 'TARGETING_KEY_MISSING' });
    }
    expect(await client.getStringValue('checkout.button', '', ANN)).toBe('red');
  });
});

describe('whatever happens', () => {
  it('an evaluation settles with the default: reading throws', async () => {
    await start();
    const flag = (): never => {
      throw new Error('out of order');
    };
    const broken = { has: () => true, flag, end: () => Promise.resolve() };
    jest.spyOn(vwo, 'visit').mockResolvedValue(broken as never);
    const expected = { value: true, reason: 'ERROR', errorCode: 'GENERAL', errorMessage: 'out of order' };
    expect(await client.getBooleanDetails('checkout', true, ANN)).toMatchObject(expected);
    const provider = OpenFeature.getProvider() as VwoOpenFeatureProvider;
    expect(await provider.resolveBooleanEvaluation('checkout', true, ANN, console)).toMatchObject(expected);
  });

  it('after the client has closed the default stands', async () => {
    await start();
    await vwo.close();
    const expected = { value: true, errorCode: 'PROVIDER_NOT_READY' };
    expect(await client.getBooleanDetails('checkout', true, ANN)).toMatchObject(expected);
    expect(await client.getBooleanDetails('checkout', true)).toMatchObject(expected);
  });

  it.each([[undefined], [{}], [{ client: {} }], ['vwo'], [VwoOpenFeatureProvider]])(
    'a provider of %p is refused when it is made',
    (given) => {
      expect(() => new VwoOpenFeatureProvider(given as never)).toThrow(VwoOptionsError);
      expect(() => new VwoOpenFeatureProvider(given as never)).toThrow('`vwo` must be a VwoService or a VwoClient');
    },
  );
});

describe('the metadata of the provider', () => {
  it('have its name, and where it runs', async () => {
    await start();
    expect(OpenFeature.getProvider()).toMatchObject({ metadata: { name: 'vwo' }, runsOn: 'server' });
    expect(OpenFeature.providerMetadata).toEqual({ name: 'vwo' });
  });
});

function valueOf(key: string, fallback: unknown): Promise<unknown> {
  if (typeof fallback === 'boolean') return client.getBooleanValue(key, fallback, ANN);
  if (typeof fallback === 'string') return client.getStringValue(key, fallback, ANN);
  if (typeof fallback === 'number') return client.getNumberValue(key, fallback, ANN);
  return client.getObjectValue(key, fallback as object as never, ANN);
}
