import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { VwoTelemetry } from '../../lib/entries/otel.js';
import { MemoryStorage, type VwoClient } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { edgeOf, FME, KINDS } from '../client/three-clients.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { Telemetry } from './otel.fixture.js';

const BROKEN = { kind: 'status', status: 503 } as const;

let edge: VwoEdge;
let client: VwoClient;
let telemetry: Telemetry;
let observed: VwoTelemetry;
beforeEach(async () => {
  edge = await edgeOf();
  telemetry = new Telemetry();
});
afterEach(async () => {
  edge.heal();
  observed.stop();
  await client.close();
  await edge.close();
  await telemetry.end();
});

async function started(options: Parameters<typeof FME.build>[1] = {}, kind = FME): Promise<void> {
  client = kind.build(edge, options);
  observed = new VwoTelemetry(client, telemetry.providers);
  await client.start();
}

async function visited(id = 'ann'): Promise<void> {
  const visit = await client.visit({ id }, ['ab']);
  visit.flag('ab');
  await visit.end();
}

describe.each(KINDS)('the metrics of $name', (kind) => {
  it('are those that the docs list, and say what the stats say', async () => {
    await started({}, kind);
    await visited();
    await client.flush();
    const all = new Map((await telemetry.metrics()).map(({ name, unit, points }) => [name, { unit, points }]));
    const { counters, events } = client.stats();
    expect(Object.fromEntries([...all].map(([name, { unit }]) => [name, unit]))).toEqual({
      'vwo.visits': '{visit}',
      'vwo.decisions': '{decision}',
      'vwo.evaluations': '{evaluation}',
      'vwo.visit.open.duration': 's',
      'vwo.settings.available': '',
      'vwo.settings.age': 's',
      'vwo.settings.fetches': '{fetch}',
      'vwo.settings.failures': '{fetch}',
      'vwo.settings.taken': '{change}',
      'vwo.settings.store.failures': '{operation}',
      'vwo.storage.available': '',
      'vwo.storage.operation.duration': 's',
      'vwo.storage.breaker.open': '',
      'vwo.storage.skipped': '{operation}',
      'vwo.storage.records.kept': '{record}',
      'vwo.storage.records.dropped': '{record}',
      'vwo.storage.failures': '{operation}',
      'vwo.storage.timeouts': '{operation}',
      'vwo.events.available': '',
      'vwo.events.queue.length': '{event}',
      'vwo.events.queue.limit': '{event}',
      'vwo.events.queue.size': 'By',
      'vwo.events.queue.size.limit': 'By',
      'vwo.events.queued': '{event}',
      'vwo.events.sent': '{event}',
      'vwo.events.retried': '{event}',
      'vwo.events.dropped': '{event}',
    });
    const values = Object.fromEntries([...all].map(([name, { points }]) => [name, points.map(({ value }) => value)]));
    expect(values).toMatchObject({
      'vwo.visits': [1],
      'vwo.decisions': [counters.decisions],
      'vwo.evaluations': [1],
      'vwo.visit.open.duration': [1],
      'vwo.settings.available': [1],
      'vwo.settings.fetches': [1],
      'vwo.settings.failures': [0],
      'vwo.storage.available': [1],
      'vwo.events.available': [1],
      'vwo.events.queue.length': [0],
      'vwo.events.queue.limit': [events.capacity],
      'vwo.events.queue.size': [0],
      'vwo.events.queue.size.limit': [events.capacityBytes],
      'vwo.events.queued': [counters.eventsQueued],
      'vwo.events.sent': [counters.eventsQueued],
      'vwo.events.retried': [0],
    });
  });
});

describe('a metric', () => {
  it('says whose it is', async () => {
    await started({ environment: 'staging' });
    const { resourceMetrics } = await telemetry.collected();
    for (const { metrics } of resourceMetrics.scopeMetrics) {
      for (const { dataPoints } of metrics) {
        for (const { attributes } of dataPoints) {
          expect(attributes).toMatchObject({ 'vwo.account.id': '123456', 'vwo.environment.name': 'staging' });
        }
      }
    }
    expect(resourceMetrics.scopeMetrics.map(({ scope }) => scope.name)).toEqual(['nestjs-vwo']);
  });

  it('of the settings says how old they are, in seconds, and that there are none', async () => {
    const clock = new MovedClock();
    edge.fail('settings', BROKEN, { times: 1 });
    client = FME.build(edge, { clock });
    observed = new VwoTelemetry(client, telemetry.providers);
    const starting = client.start();
    await until(() => client.counters().settingsFailures === 1);
    expect(await telemetry.value('vwo.settings.available')).toBe(0);
    expect(await telemetry.value('vwo.settings.age')).toBeUndefined();
    clock.move(250);
    await starting;
    clock.move(90_000);
    expect(await telemetry.value('vwo.settings.available')).toBe(1);
    expect(await telemetry.value('vwo.settings.age')).toBe(90);
    expect(await telemetry.value('vwo.settings.failures')).toBe(1);
  });

  it('of the storage tells reads from writes, what failed, and what took too long', async () => {
    const clock = new MovedClock();
    class Storage extends MemoryStorage {
      hangs = false;

      override load(...asked: Parameters<MemoryStorage['load']>): ReturnType<MemoryStorage['load']> {
        return this.hangs ? new Promise(() => undefined) : super.load(...asked);
      }

      override save(): Promise<void> {
        return Promise.reject(Object.assign(new Error('no place left for ann'), { code: 'ENOSPC' }));
      }
    }
    const storage = new Storage();
    await started({ clock, storage, storageTimeout: 20 });
    await visited();
    expect(await telemetry.points('vwo.storage.operation.duration')).toEqual([
      { attributes: { 'vwo.storage.operation': 'read' }, value: 1 },
      { attributes: { 'vwo.storage.operation': 'write', 'error.type': 'ENOSPC' }, value: 1 },
    ]);
    expect(await telemetry.value('vwo.storage.available')).toBe(0);
    storage.hangs = true;
    let opened = false;
    void client.visit({ id: 'bob' }).then(() => (opened = true));
    await until(() => (clock.move(20), opened));
    expect(await telemetry.value('vwo.storage.timeouts')).toBe(1);
    expect(await telemetry.points('vwo.storage.failures')).toEqual([
      { attributes: { 'vwo.storage.operation': 'read' }, value: 1 },
      { attributes: { 'vwo.storage.operation': 'write' }, value: 1 },
    ]);
    let closed = false; // what could not be stored is tried again until `closeTimeout` is over
    void client.close().then(() => (closed = true));
    await until(() => (clock.move(100), closed));
  });

  it('of events says how many wait, are tried again, and are given up for which reason', async () => {
    await started({ clock: new MovedClock(), events: { maxQueue: 2 } });
    await client.flush();
    edge.fail('events', BROKEN);
    for (let i = 0; i < 5; i++) client.track({ id: `user ${i}` }, 'order');
    await client.flush();
    expect(await telemetry.value('vwo.events.queue.length')).toBe(2);
    expect(await telemetry.value('vwo.events.queue.limit')).toBe(2);
    expect(await telemetry.value('vwo.events.retried')).toBe(2);
    expect(await telemetry.value('vwo.events.available')).toBe(0);
    const dropped = await telemetry.points('vwo.events.dropped');
    expect(dropped).toContainEqual({ attributes: { 'vwo.events.drop.reason': 'full' }, value: 3 });
    expect(dropped.reduce((sum, { value }) => sum + value, 0)).toBe(3);
  });

  it('of evaluations tells flags apart, but not those that there are none of', async () => {
    await started();
    for (const id of ['ann', 'bob']) {
      const visit = await client.visit({ id });
      visit.flag('ab');
      visit.flag(`made up by ${id}`);
      await visit.end();
    }
    expect(await telemetry.points('vwo.evaluations')).toEqual([
      {
        attributes: {
          'feature_flag.key': 'ab',
          'feature_flag.result.variant': 'Rollout',
          'feature_flag.result.reason': 'targeting_match',
        },
        value: 2,
      },
      {
        attributes: {
          'feature_flag.key': '_OTHER',
          'feature_flag.result.variant': 'off',
          'feature_flag.result.reason': 'error',
          'error.type': 'flag_not_found',
        },
        value: 2,
      },
    ]);
  });
});

describe('telemetry', () => {
  it('that is stopped tells nothing more, and stopping twice is fine', async () => {
    await started();
    await visited();
    observed.stop();
    observed.stop();
    await visited('bob');
    expect(await telemetry.points('vwo.visits')).toEqual([]);
    expect(await telemetry.value('vwo.evaluations')).toBe(1); // the sum so far is the SDK's to keep
    expect(telemetry.logs).toHaveLength(1);
  });

  it('of two accounts has the points of both', async () => {
    await started();
    const other = FME.build(edge, { environment: 'other' });
    const second = new VwoTelemetry({ client: other }, telemetry.providers); // as a VwoService has it
    await other.start();
    await visited();
    expect((await telemetry.points('vwo.visits')).map(({ value }) => value).sort()).toEqual([0, 1]);
    expect((await telemetry.points('vwo.evaluations')).map(({ value }) => value)).toEqual([1]);
    second.stop();
    await Promise.all([visited(), (await other.visit({ id: 'ann' })).end()]);
    expect((await telemetry.points('vwo.visits')).map(({ value }) => value).sort()).toEqual([0, 2]);
    await other.close();
  });

  it('goes to the global provider unless another is given', async () => {
    metrics.setGlobalMeterProvider(telemetry.meterProvider);
    try {
      client = FME.build(edge);
      observed = new VwoTelemetry(client, { evaluations: false });
      await client.start();
      expect(await telemetry.value('vwo.settings.available')).toBe(1);
    } finally {
      metrics.disable();
    }
  });

  it('has no metrics where they are not wanted', async () => {
    client = FME.build(edge);
    observed = new VwoTelemetry(client, { ...telemetry.providers, metrics: false });
    await client.start();
    await visited();
    expect(await telemetry.metrics()).toEqual([]);
    expect(telemetry.logs).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    ['an option that there is none of', { metric: true }, 'has no option `metric`, did you mean `metrics`?'],
    ['an option of another type', { evaluations: 1 }, '`evaluations` must be true or false, got 1'],
    ['a provider that is none', { meterProvider: {} }, '`meterProvider` must be an object with a method `getMeter`'],
    ['no provider of logs, with an API that has none', {}, '`loggerProvider` must be given'],
  ])('refuses %s', async (_what, options, message) => {
    client = FME.build(edge);
    expect(() => new VwoTelemetry(client, options as never)).toThrow(message);
    expect(() => new VwoTelemetry({} as never, telemetry.providers)).toThrow('must be a VwoService or a VwoClient');
    observed = new VwoTelemetry(client, telemetry.providers);
  });
});
