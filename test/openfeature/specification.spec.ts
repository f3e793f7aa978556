import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  AsyncLocalStorageTransactionContextPropagator,
  type Client,
  type EvaluationContext,
  type EvaluationDetails,
  type FlagEvaluationOptions,
  type FlagValue,
  type Hook,
  type JsonValue,
  OpenFeature,
} from '@openfeature/server-sdk';
import type { FmeClient } from '../../lib/index.js';
import { VwoOpenFeatureProvider } from '../../lib/entries/openfeature.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { FME } from '../client/three-clients.js';
import { openFeatureOn, resetOpenFeature } from './of.fixture.js';
import { specificationSettings, TEMPLATE } from './specification.flags.js';

// The scenarios of OpenFeature's specification (github.com/open-feature/spec, specification/assets/gherkin), on settings of a VwoEdge.
// Its titles are the titles here. What is said differently, and why:
//
// - "STATIC" (evaluation, evaluation_v2, hooks): VWO asks its rules for each user, so nothing is static. Of an A/B test the reason is
//   SPLIT, of a rule TARGETING_MATCH.
// - "Resolves zero value with targeting using default", "Empty evaluation context", "Null context values": the reason is not DEFAULT.
//   A feature of VWO's has no default variant; what everybody gets is given by a rule, too. Of whom no rule lets in the flag is off, and
//   the reason is DEFAULT: `provider.spec.ts`.
// - metadata.feature, "Flag metadata in evaluation details": VWO's flags have no metadata of their own; what the provider says is
//   asked instead. "Returns no metadata" does not apply for the same reason.
// - The scenarios name no user. Whoever decides for users has to know which: a `targetingKey` stands in the client's context.

type Type = 'Boolean' | 'String' | 'Integer' | 'Float' | 'Object';

let edge: VwoEdge;
let vwo: FmeClient;
let client: Client;
beforeAll(async () => void (edge = await VwoEdge.start({ settings: specificationSettings() })));
afterAll(() => edge.close());
beforeEach(() => {
  vwo = FME.build(edge) as FmeClient;
  client = OpenFeature.getClient();
  client.setContext({ targetingKey: 'user1' });
});
afterEach(async () => {
  await resetOpenFeature();
  await vwo.close();
});

function evaluated(
  type: Type,
  key: string,
  fallback: unknown,
  context: EvaluationContext = {},
  options?: FlagEvaluationOptions,
): Promise<EvaluationDetails<FlagValue>> {
  switch (type) {
    case 'Boolean':
      return client.getBooleanDetails(key, fallback as boolean, context, options);
    case 'String':
      return client.getStringDetails(key, fallback as string, context, options);
    case 'Integer':
    case 'Float':
      return client.getNumberDetails(key, fallback as number, context, options);
    case 'Object':
      return client.getObjectDetails(key, fallback as JsonValue, context, options);
  }
}

const FLAGS: readonly [Type, key: string, fallback: unknown, value: unknown, variant: string][] = [
  ['Boolean', 'boolean-flag', false, true, 'on'],
  ['String', 'string-flag.value', 'bye', 'hi', 'greeting'],
  ['Integer', 'integer-flag.value', 1, 10, 'ten'],
  ['Float', 'float-flag.value', 0.1, 0.5, 'half'],
  ['Object', 'object-flag.value', {}, TEMPLATE, 'template'],
];

const FALLBACKS: readonly [Type, key: string, fallback: unknown, zero: unknown][] = [
  ['Boolean', 'boolean', true, false],
  ['String', 'string', 'hi', ''],
  ['Integer', 'integer', 1, 0],
  ['Float', 'float', 0.1, 0],
  ['Object', 'object', { a: 1 }, {}],
];

describe('evaluation.feature, evaluation_v2.feature', () => {
  describe('given a stable provider', () => {
    beforeEach(async () => void (await openFeatureOn(vwo)));

    it.each(FLAGS)('Resolve values, Variant field population: %s', async (type, key, fallback, value, variant) => {
      expect(await evaluated(type, key, fallback)).toMatchObject({ flagKey: key, value, variant, reason: 'SPLIT' });
    });

    it.each(FALLBACKS)('Resolves zero value: %s', async (type, name, fallback, value) => {
      const key = `${name}-zero-flag.value`;
      expect(await evaluated(type, key, fallback)).toMatchObject({ value, variant: 'zero', reason: 'SPLIT' });
    });

    it.each(FALLBACKS)('Resolves zero value with targeting: %s', async (type, name, fallback, value) => {
      const details = await evaluated(type, `${name}-targeted-zero-flag.value`, fallback, {
        email: 'ballmer@macrosoft.com',
      });
      expect(details).toMatchObject({ value, reason: 'TARGETING_MATCH', variant: 'Personalise' });
    });

    const unmatched: [string, EvaluationContext][] = [
      ['Resolves zero value with targeting using default', { email: 'ballmer@none.com' }],
      ['Empty evaluation context', {}],
      ['Null context values', { email: null }],
    ];
    describe.each(unmatched)('%s', (_title, context) => {
      it.each(FALLBACKS)('%s', async (type, name, fallback, value) => {
        const details = await evaluated(type, `${name}-targeted-zero-flag.value`, fallback, context);
        expect(details).toMatchObject({ value, reason: 'TARGETING_MATCH', variant: 'Rollout' });
      });
    });

    it.each(FALLBACKS)('Flag not found error: %s', async (type, _name, fallback) => {
      const expected = { value: fallback, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' };
      expect(await evaluated(type, 'non-existent-flag', fallback)).toMatchObject(expected);
    });

    it.each<[Type, string, unknown]>([
      ['Boolean', 'string-flag.value', false],
      ['String', 'boolean-flag.value', 'bye'],
      ['Integer', 'boolean-flag.value', 1],
      ['Float', 'boolean-flag.value', 0.1],
      ['Object', 'boolean-flag.value', { a: 1 }],
      ['Integer', 'wrong-flag.value', 13], // "Type error" of evaluation.feature
      ['Integer', 'boolean-flag', 1],
    ])('Type mismatch error: %s', async (type, key, fallback) => {
      const expected = { value: fallback, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' };
      expect(await evaluated(type, key, fallback)).toMatchObject(expected);
    });

    it('Flag metadata in evaluation details: text and numbers, by name', async () => {
      const { flagMetadata } = await evaluated('Boolean', 'metadata-flag', true);
      expect(flagMetadata).toMatchObject({
        featureKey: 'metadata-flag',
        source: 'rules',
        campaignId: expect.any(Number),
      });
      const types = new Set(Object.values(flagMetadata).map((value) => typeof value));
      expect([...types].sort()).toEqual(['number', 'string']);
    });

    it('Resolves based on context', async () => {
      const context = { fn: 'Sulisław', ln: 'Świętopełk', age: 29, customer: false };
      expect(await client.getStringValue('context-aware.value', 'EXTERNAL', context)).toBe('INTERNAL');
      client.setContext({ targetingKey: 'user2' });
      expect(await client.getStringValue('context-aware.value', 'EXTERNAL')).toBe('EXTERNAL');
    });

    it('Multiple context attributes targeting', async () => {
      const context = { email: 'ballmer@macrosoft.com', role: 'admin', age: 65, customer: false };
      const expected = { value: 'INTERNAL', reason: 'TARGETING_MATCH' };
      expect(await evaluated('String', 'complex-targeted.value', 'default', context)).toMatchObject(expected);
    });

    it.each(FLAGS.slice(0, 2))('CACHED reason: %s', async (type, key, fallback, value) => {
      await evaluated(type, key, fallback);
      expect(await evaluated(type, key, fallback)).toMatchObject({ value, reason: 'CACHED' });
    });

    it.each(FALLBACKS)('DISABLED reason: %s', async (type, name, fallback) => {
      const key = type === 'Boolean' ? 'boolean-disabled-flag' : `${name}-disabled-flag.value`;
      const value = type === 'Boolean' ? false : fallback;
      const details = await evaluated(type, key, value);
      expect(details).toMatchObject({ value, reason: 'DISABLED' });
      expect(details.errorCode).toBeUndefined();
    });

    it('Evaluation options with hooks', async () => {
      const called: string[] = [];
      const noting = (name: string): Hook => ({
        before: () => void called.push(`before ${name}`),
        after: () => void called.push(`after ${name}`),
      });
      await evaluated('Boolean', 'boolean-flag', false, {}, { hooks: [noting('first'), noting('second')] });
      expect(called).toEqual(['before first', 'before second', 'after second', 'after first']);
    });

    it('Evaluation context immutability', async () => {
      const context = { plan: { name: 'gold' } };
      const details = await evaluated('Object', 'object-flag.value', {}, context);
      expect(context).toEqual({ plan: { name: 'gold' } });
      expect(Object.isFrozen(details.flagMetadata) && Object.isFrozen(details.value)).toBe(true);
    });

    it.each(FLAGS)('Asynchronous flag evaluation: %s', async (type, key, fallback, value) => {
      const evaluation = evaluated(type, key, fallback);
      expect(evaluation).toBeInstanceOf(Promise);
      expect((await evaluation).value).toEqual(value);
    });
  });

  it.each(FLAGS)('Provider not ready error: %s', async (type, key, fallback) => {
    OpenFeature.setProvider(new VwoOpenFeatureProvider(vwo)); // does not wait
    const expected = { value: fallback, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' };
    expect(await evaluated(type, key, fallback)).toMatchObject(expected);
  });

  describe('Provider status accessibility', () => {
    it('stable: READY; stale: STALE', async () => {
      await openFeatureOn(vwo);
      expect(client.providerStatus).toBe('READY');
      edge.fail('settings', { kind: 'status', status: 503 });
      await vwo.refresh().catch(() => undefined);
      expect(client.providerStatus).toBe('STALE');
      edge.heal();
    });

    it('not ready: NOT_READY', () => {
      OpenFeature.setProvider(new VwoOpenFeatureProvider(vwo));
      expect(client.providerStatus).toBe('NOT_READY');
    });

    it.each(FLAGS)('error: ERROR, and its default for a flag: %s', async (type, key, fallback) => {
      edge.fail('settings', { kind: 'status', status: 503 });
      vwo = FME.build(edge, { startTimeout: 1 }) as FmeClient;
      await expect(openFeatureOn(vwo)).rejects.toThrow('VWO has given no settings');
      edge.heal();
      expect(client.providerStatus).toBe('ERROR');
      const expected = { value: fallback, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' };
      expect(await evaluated(type, key, fallback)).toMatchObject(expected);
    });

    it.each(FLAGS)('fatal: FATAL. Provider in fatal state error: %s', async (type, key, fallback) => {
      edge.fail('settings', { kind: 'status', status: 503 });
      vwo = FME.build(edge, { startTimeout: 1, onStartFailure: 'fail' }) as FmeClient;
      await expect(openFeatureOn(vwo)).rejects.toThrow();
      edge.heal();
      expect(client.providerStatus).toBe('FATAL');
      const expected = { value: fallback, reason: 'ERROR', errorCode: 'PROVIDER_FATAL' };
      expect(await evaluated(type, key, fallback)).toMatchObject(expected);
    });
  });
});

describe('hooks.feature', () => {
  const told = { before: jest.fn(), after: jest.fn(), error: jest.fn(), finally: jest.fn() };
  const detailsOf = (stage: 'after' | 'finally') => told[stage].mock.lastCall?.[1];
  beforeEach(async () => {
    await openFeatureOn(vwo);
    client.addHooks(told as unknown as Hook);
  });
  afterEach(() => {
    client.clearHooks();
    jest.resetAllMocks();
  });

  it('Passes evaluation details to after and finally hooks', async () => {
    await evaluated('Boolean', 'boolean-flag', false);
    const expected = { flagKey: 'boolean-flag', value: true, variant: 'on', reason: 'SPLIT' };
    expect(told.before).toHaveBeenCalledTimes(1);
    expect(told.error).not.toHaveBeenCalled();
    for (const stage of ['after', 'finally'] as const) {
      expect(detailsOf(stage)).toMatchObject(expected);
      expect(detailsOf(stage)).not.toHaveProperty('errorCode');
    }
  });

  it.each<[string, Type, string, unknown, string]>([
    ['Flag not found', 'String', 'missing-flag', 'uh-oh', 'FLAG_NOT_FOUND'],
    ['Type error', 'Boolean', 'wrong-flag.value', false, 'TYPE_MISMATCH'],
  ])('%s', async (_title, type, flagKey, value, errorCode) => {
    await evaluated(type, flagKey, value);
    expect([told.before, told.error, told.after].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0]);
    expect(detailsOf('finally')).toMatchObject({ flagKey, value, reason: 'ERROR', errorCode });
    expect(detailsOf('finally')).not.toHaveProperty('variant');
  });
});

describe('contextMerging.feature', () => {
  const LEVELS = ['API', 'Transaction', 'Client', 'Invocation', 'Before Hooks'] as const;
  type Level = (typeof LEVELS)[number];
  beforeEach(async () => void (await openFeatureOn(vwo)));

  /** The custom variables with which VWO decides, where each level adds what it is given. */
  async function merged(given: Partial<Record<Level, EvaluationContext>>): Promise<unknown> {
    const visit = jest.spyOn(vwo, 'visit');
    OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
    OpenFeature.setContext(given.API ?? {});
    client.setContext({ targetingKey: 'user1', ...given.Client });
    const hooks: Hook[] = given['Before Hooks'] ? [{ before: () => given['Before Hooks'] }] : [];
    await new Promise<unknown>((resolve) =>
      OpenFeature.setTransactionContext(given.Transaction ?? {}, () =>
        resolve(evaluated('Boolean', 'boolean-flag', false, given.Invocation, { hooks })),
      ),
    );
    return visit.mock.lastCall?.[0]?.customVariables;
  }

  it.each(LEVELS)('A context entry is added to a single level: %s', async (level) => {
    expect(await merged({ [level]: { entry: 'value' } })).toEqual({ entry: 'value' });
  });

  it('For a transaction and a hook, a context entry is added to each level with different keys', async () => {
    const given = Object.fromEntries(LEVELS.map((level) => [level, { [level]: `${level} value` }]));
    expect(await merged(given)).toEqual(Object.fromEntries(LEVELS.map((level) => [level, `${level} value`])));
  });

  it.each(LEVELS)(
    'context entry in one level overwrites values with the same key from preceding levels: %s',
    async (level) => {
      const levels = LEVELS.slice(0, LEVELS.indexOf(level) + 1);
      expect(await merged(Object.fromEntries(levels.map((each) => [each, { entry: each }])))).toEqual({ entry: level });
    },
  );
});
