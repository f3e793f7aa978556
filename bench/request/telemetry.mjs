/** OpenTelemetry's own SDK, which collects what the library tells it, and whose exporters send it nowhere. */
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { load } from '../library.mjs';

const nowhere = {
  export: (_what, done) => done({ code: 0 }),
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
  selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
};

export async function telemetryOf(client) {
  const { VwoTelemetry } = await load('otel');
  return new VwoTelemetry(client, {
    meterProvider: new MeterProvider({
      readers: [new PeriodicExportingMetricReader({ exporter: nowhere, exportIntervalMillis: 1_000 })],
    }),
    loggerProvider: new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: nowhere })] }),
  });
}
