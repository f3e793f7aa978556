import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type CollectionResult, type DataPoint, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Collects when it is asked to. */
class AskedReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a metric says: `attributes` of the account left out. */
export interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a histogram: how many values. */
  readonly value: number;
}

/** OpenTelemetry's own SDK, in this process. */
export class Telemetry {
  private readonly reader = new AskedReader();
  private readonly logExporter = new InMemoryLogRecordExporter();
  private readonly spanExporter = new InMemorySpanExporter();
  readonly meterProvider = new MeterProvider({ readers: [this.reader] });
  readonly loggerProvider = new LoggerProvider({
    processors: [new SimpleLogRecordProcessor({ exporter: this.logExporter })],
  });
  readonly tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.spanExporter)] });

  /** Spans are active in what is called by them: `end` ends that. */
  constructor() {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  /** For `VwoTelemetry`. */
  get providers() {
    const { meterProvider, loggerProvider, tracerProvider } = this;
    return { meterProvider, loggerProvider, tracerProvider };
  }

  get logs() {
    return this.logExporter.getFinishedLogRecords();
  }

  get spans() {
    return this.spanExporter.getFinishedSpans();
  }

  async collected(): Promise<CollectionResult> {
    const result = await this.reader.collect();
    if (result.errors.length > 0) throw result.errors[0];
    return result;
  }

  async metrics(): Promise<{ readonly name: string; readonly unit: string; readonly points: readonly Point[] }[]> {
    const { resourceMetrics } = await this.collected();
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
      metrics.map(({ descriptor: { name, unit }, dataPoints }) => ({ name, unit, points: dataPoints.map(pointOf) })),
    );
  }

  /** The points of one metric; none where there is no such. */
  async points(name: string): Promise<readonly Point[]> {
    return (await this.metrics()).find((metric) => metric.name === name)?.points ?? [];
  }

  /** The only point of a metric. */
  async value(name: string): Promise<number | undefined> {
    const [point, ...more] = await this.points(name);
    if (more.length > 0) throw new Error(`${name} has ${more.length + 1} points`);
    return point?.value;
  }

  async end(): Promise<void> {
    context.disable();
    await Promise.all([this.meterProvider.shutdown(), this.loggerProvider.shutdown(), this.tracerProvider.shutdown()]);
  }
}

function pointOf({ attributes, value }: DataPoint<number | { readonly count: number }>): Point {
  const { 'vwo.account.id': _account, 'vwo.environment.name': _environment, ...own } = attributes;
  return { attributes: own, value: typeof value === 'number' ? value : value.count };
}
