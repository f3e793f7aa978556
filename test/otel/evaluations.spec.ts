import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { VwoTelemetry, type VwoTelemetryOptions } from '../../lib/entries/otel.js';
import { FmeClient, type VwoClient } from '../../lib/index.js';
import { abTest, accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';
import { KINDS, edgeOf } from '../client/three-clients.js';
import { Telemetry } from './otel.fixture.js';

const ID = 'a-user-id-that-nobody-may-see';
const settings = accountSettings({
  features: [
    feature('plain', [rollout()]),
    feature('test', [abTest({ variations: [{ name: 'only' }] })]),
    feature('gold', [rollout({ when: { plan: 'gold' } })]),
    feature('none', [rollout({ percent: 0 })]),
    feature('empty', []),
  ],
});

let edge: VwoEdge;
let telemetry: Telemetry;
let client: VwoClient;
let observed: VwoTelemetry;
beforeEach(async () => {
  edge = await VwoEdge.start({ settings });
  telemetry = new Telemetry();
});
afterEach(async () => {
  observed.stop();
  await client.close();
  await edge.close();
  await telemetry.end();
});

async function started(options: VwoTelemetryOptions = {}): Promise<void> {
  client = new FmeClient({
    accountId: 123456,
    sdkKey: 'key',
    environment: 'staging',
    baseUrl: edge.url,
    logger: listening(),
  });
  observed = new VwoTelemetry(client, { ...telemetry.providers, ...options });
  await client.start();
}

async function read(...keys: string[]): Promise<void> {
  const visit = await client.visit({ id: ID });
  for (const key of keys) visit.flag(key);
  await visit.end();
}

const attributes = () => telemetry.logs.map((record) => record.attributes);
const contextIds = () => attributes().map((each) => each['feature_flag.context.id']);

describe('an event of an evaluation', () => {
  it('has the name and the attributes of the conventions', async () => {
    await started();
    await read('test');
    expect(telemetry.logs.map(({ eventName }) => eventName)).toEqual(['feature_flag.evaluation']);
    expect(attributes()).toEqual([
      {
        'feature_flag.key': 'test',
        'feature_flag.result.variant': 'only',
        'feature_flag.result.reason': 'split',
        'feature_flag.context.id': expect.stringMatching(/^[0-9a-f]{32}$/),
        'feature_flag.provider.name': 'vwo',
        'feature_flag.set.id': '123456/staging',
        'vwo.flag.reason': 'experiment',
      },
    ]);
  });

  it.each([
    ['plain', 'targeting_match', 'Rollout', 'rollout'],
    ['gold', 'default', 'off', 'no-rule'],
    ['none', 'split', 'off', 'traffic'],
    ['empty', 'disabled', 'off', 'disabled'],
  ])('says why, in the words of the conventions and in VWO’s: %s', async (key, reason, variant, vwo) => {
    await started();
    await read(key);
    expect(attributes()).toEqual([
      expect.objectContaining({
        'feature_flag.result.reason': reason,
        'feature_flag.result.variant': variant,
        'vwo.flag.reason': vwo,
      }),
    ]);
    expect(attributes()[0]).not.toHaveProperty('error.type');
  });

  it('says that the flag was decided before', async () => {
    await started();
    await read('test');
    await read('test');
    expect(attributes()[1]).toMatchObject({ 'feature_flag.result.reason': 'cached', 'vwo.flag.reason': 'stored' });
  });

  it('says what was wrong: no such flag, nobody, no settings', async () => {
    await started();
    await read('unheard of');
    (await client.visit(undefined)).flag('test');
    await client.close();
    await read('test');
    expect(attributes()).toEqual(
      ['flag_not_found', 'targeting_key_missing', 'provider_not_ready'].map((type) =>
        expect.objectContaining({ 'feature_flag.result.reason': 'error', 'error.type': type }),
      ),
    );
    expect(contextIds()[1]).toBeUndefined();
  });

  it('is emitted at the first read in a visit only', async () => {
    await started();
    await read('plain', 'plain', 'test', 'plain');
    expect(attributes().map((each) => each['feature_flag.key'])).toEqual(['plain', 'test']);
  });

  it('belongs to the span in which the flag was read', async () => {
    await started();
    const tracer = telemetry.tracerProvider.getTracer('application');
    const traceId = await tracer.startActiveSpan('request', async (span) => {
      await read('test');
      span.end();
      return span.spanContext().traceId;
    });
    expect(trace.getActiveSpan()).toBeUndefined();
    expect(telemetry.logs.map(({ spanContext }) => spanContext?.traceId)).toEqual([traceId]);
  });
});

describe('the context id', () => {
  it('is the same for the same user, another for another one, and not the id of the user', async () => {
    await started();
    await read('test', 'plain');
    const visit = await client.visit({ id: 'bob' });
    visit.flag('test');
    const [first, second, bob] = contextIds();
    expect(first).toBe(second);
    expect(bob).not.toBe(first);
    expect(JSON.stringify(attributes())).not.toContain(ID);
  });

  it.each<[string, VwoTelemetryOptions['contextId'], unknown]>([
    ['the id itself', ({ user }) => user?.id, ID],
    ['VWO’s UUID', ({ flag }) => flag.getUUID(), expect.stringMatching(/^[0-9A-F]{32}$/)],
    ['nothing', () => undefined, undefined],
  ])('is %s where the application says so', async (_what, contextId, expected) => {
    await started({ contextId });
    await read('test');
    expect(contextIds()).toEqual([expected]);
  });

  it('of a function that throws costs that event, and neither the flag nor the process', async () => {
    const said: string[] = [];
    const say = (message: string): void => void said.push(message);
    diag.setLogger({ error: say, warn: say, info: say, debug: say, verbose: say }, DiagLogLevel.ERROR);
    const contextId = (): string => {
      throw new Error('who is it?');
    };
    await started({ contextId });
    await read('test');
    diag.disable();
    expect(attributes()).toEqual([]);
    expect(said).toEqual(['nestjs-vwo: what nestjs-vwo:evaluation told was lost: who is it?']);
  });
});

it('no event is emitted where they are not wanted', async () => {
  await started({ evaluations: false });
  await read('test');
  expect(telemetry.logs).toEqual([]);
  expect(await telemetry.value('vwo.evaluations')).toBe(1);
});

it.each(KINDS)('$name tells of its evaluations', async (kind) => {
  const place = await edgeOf();
  client = kind.build(place);
  observed = new VwoTelemetry(client, telemetry.providers);
  await client.start();
  const visit = await client.visit({ id: ID }, ['ab']);
  visit.flag('ab');
  await visit.end();
  expect(attributes()).toEqual([
    expect.objectContaining({
      'feature_flag.key': 'ab',
      'feature_flag.set.id': expect.stringMatching(/^123456\/[0-9a-f]{8}$/),
    }),
  ]);
  await client.close();
  await place.close();
});
