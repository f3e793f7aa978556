import * as api from '@opentelemetry/api';
import {
  functionOption,
  knownKeys,
  type VwoEvaluation,
  VwoOptionsError,
  withMethods,
  yesOrNo,
} from '../common/index.js';
import { hashedId } from './evaluation.attributes.js';

/** What `VwoTelemetry` takes. */
export interface VwoTelemetryOptions {
  /** Metrics of the client: see the docs for their names. @default true */
  readonly metrics?: boolean;
  /** An event `feature_flag.evaluation` for each first read of a flag in a visit. @default true */
  readonly evaluations?: boolean;
  /** A span for each opened visit, storage read, storage write and request with events. @default false */
  readonly spans?: boolean;
  /**
   * `feature_flag.context.id` of evaluations; undefined: none. The id itself: `({ user }) => user?.id`; VWO's UUID of the user:
   * `({ flag }) => flag.getUUID()`. @default the first 32 hex digits of the SHA-256 of `<accountId>:<id>`
   */
  readonly contextId?: (evaluation: VwoEvaluation) => string | undefined;
  /** @default the global one of `@opentelemetry/api` */
  readonly meterProvider?: api.MeterProvider;
  /** `logs` of `@opentelemetry/api-logs`, or a provider. Needed where `@opentelemetry/api` is older than 1.10. @default the global one of `@opentelemetry/api` */
  readonly loggerProvider?: VwoLoggerProvider;
  /** @default the global one of `@opentelemetry/api` */
  readonly tracerProvider?: api.TracerProvider;
}

/** What is needed of OpenTelemetry's `LoggerProvider`, which has moved from one package to another. */
export interface VwoLoggerProvider {
  getLogger(name: string, version?: string): EventLogger;
}

/** A logger of OpenTelemetry's. */
export interface EventLogger {
  emit(record: { readonly eventName?: string; readonly attributes?: api.Attributes }): void;
}

/** With every default in place. */
export interface ResolvedTelemetryOptions {
  readonly meterProvider: api.MeterProvider | undefined;
  readonly loggerProvider: VwoLoggerProvider | undefined;
  readonly tracerProvider: api.TracerProvider | undefined;
  readonly contextId: (evaluation: VwoEvaluation) => string | undefined;
}

const NAMES = [
  'metrics',
  'evaluations',
  'spans',
  'contextId',
  'meterProvider',
  'loggerProvider',
  'tracerProvider',
] as const satisfies readonly (keyof VwoTelemetryOptions)[];

/** Throws `VwoOptionsError`. What is switched off has no provider. */
export function resolveTelemetryOptions(given: VwoTelemetryOptions): ResolvedTelemetryOptions {
  knownKeys('VwoTelemetry options', given, NAMES);
  const { metrics = true, evaluations = true, spans = false, contextId = hashedId } = given;
  return {
    meterProvider: yesOrNo('metrics', metrics) ? meterProvider(given) : undefined,
    loggerProvider: yesOrNo('evaluations', evaluations) ? loggerProvider(given) : undefined,
    tracerProvider: yesOrNo('spans', spans) ? tracerProvider(given) : undefined,
    contextId: functionOption('contextId', contextId, 'for example ({ user }) => user?.id'),
  };
}

function meterProvider({ meterProvider: given = api.metrics.getMeterProvider() }: VwoTelemetryOptions) {
  return withMethods('meterProvider', given, ['getMeter']);
}

function tracerProvider({ tracerProvider: given = api.trace.getTracerProvider() }: VwoTelemetryOptions) {
  return withMethods('tracerProvider', given, ['getTracer']);
}

/** `logs` is in `@opentelemetry/api` from 1.10 on. */
function loggerProvider({ loggerProvider: given }: VwoTelemetryOptions): VwoLoggerProvider {
  const { logs } = api as { readonly logs?: VwoLoggerProvider };
  const provider = given ?? logs;
  if (provider) return withMethods('loggerProvider', provider, ['getLogger']);
  throw new VwoOptionsError(
    '`loggerProvider` must be given, as this @opentelemetry/api has no logs: `logs` of @opentelemetry/api-logs, or @opentelemetry/api ' +
      '1.10 or later without it. For no events: `evaluations: false`',
  );
}
