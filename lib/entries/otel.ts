// What an account does, told to OpenTelemetry: `nestjs-vwo/otel`. Loads neither NestJS nor rxjs.

export { VwoTelemetry } from '../otel/index.js';
export type { EventLogger, VwoLoggerProvider, VwoTelemetryOptions } from '../otel/index.js';
