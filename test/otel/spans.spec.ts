import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { VwoTelemetry } from '../../lib/entries/otel.js';
import { MemoryStorage, type VwoClient } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { edgeOf, FME } from '../client/three-clients.js';
import { MovedClock } from '../common/moved-clock.js';
import { Telemetry } from './otel.fixture.js';

class Storage extends MemoryStorage {
  takes = 0;
  fails = false;

  constructor(private readonly own: MovedClock) {
    super();
  }

  override async load(): Promise<never> {
    this.own.move(this.takes);
    if (this.fails) throw Object.assign(new Error('the record of ann is locked'), { code: 'ELOCKED' });
    return new Map() as never;
  }
}

let edge: VwoEdge;
let telemetry: Telemetry;
let client: VwoClient;
let clock: MovedClock;
let storage: Storage;
let observed: VwoTelemetry;
beforeEach(async () => {
  edge = await edgeOf();
  telemetry = new Telemetry();
  clock = new MovedClock();
  storage = new Storage(clock);
  client = FME.build(edge, { clock, storage, storageTimeout: 1_000 });
  observed = new VwoTelemetry(client, { ...telemetry.providers, spans: true });
  await client.start();
  await client.flush();
});
afterEach(async () => {
  observed.stop();
  await client.close();
  await edge.close();
  await telemetry.end();
});

async function visited(): Promise<void> {
  const visit = await client.visit({ id: 'ann' });
  visit.flag('ab');
  await visit.end();
}

const spansCalled = (name: string) => telemetry.spans.filter((span) => span.name === name);

it('a request that reads a flag has spans of its visit and of the storage, below its own', async () => {
  storage.takes = 30;
  const tracer = telemetry.tracerProvider.getTracer('application');
  const parent = await tracer.startActiveSpan('GET /', async (span) => {
    await visited();
    span.end();
    return span.spanContext();
  });
  for (const [name, kind] of [
    ['vwo.visit.open', SpanKind.INTERNAL],
    ['vwo.storage.read', SpanKind.CLIENT],
    ['vwo.storage.write', SpanKind.CLIENT],
  ] as const) {
    expect(spansCalled(name)).toEqual([
      expect.objectContaining({ kind, parentSpanContext: expect.objectContaining({ spanId: parent.spanId }) }),
    ]);
  }
  const [read] = spansCalled('vwo.storage.read');
  expect(Math.round(hrTimeToMilliseconds(read?.duration ?? [0, 0]))).toBeGreaterThanOrEqual(30);
  expect(read?.attributes).toMatchObject({ 'vwo.account.id': '123456', 'vwo.storage.keys': 1 });
});

it('a storage that fails gives a span with the code of its error, and not with its text', async () => {
  storage.fails = true;
  await visited();
  const [read] = spansCalled('vwo.storage.read');
  expect(read).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': 'ELOCKED' } });
  expect(JSON.stringify(read?.attributes) + JSON.stringify(read?.events) + read?.status.message).not.toContain('ann');
});

it('a request with events gives a span of its own trace, with how many and the answer', async () => {
  edge.fail('events', { kind: 'status', status: 503 }, { times: 1 });
  client.track({ id: 'ann' }, 'order');
  await client.flush();
  await client.flush();
  const posts = spansCalled('vwo.events.post').slice(-2);
  expect(posts.map(({ attributes }) => attributes)).toEqual([
    expect.objectContaining({ 'vwo.events.count': 1, 'http.response.status_code': 503, 'error.type': '503' }),
    expect.objectContaining({ 'vwo.events.count': 1, 'http.response.status_code': 200 }),
  ]);
  expect(posts.map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined]);
});

it('there is none unless they are asked for', async () => {
  observed.stop();
  const before = telemetry.spans.length;
  observed = new VwoTelemetry(client, telemetry.providers);
  await visited();
  expect(telemetry.spans).toHaveLength(before);
});
