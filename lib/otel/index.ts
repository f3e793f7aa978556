export type { EventLogger, VwoLoggerProvider, VwoTelemetryOptions } from './telemetry.options.js';
export * from './vwo-telemetry.js';
