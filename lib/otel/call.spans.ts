import { type Attributes, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { VwoAccount } from '../common/index.js';
import { errorType } from './evaluation.attributes.js';
import { heard } from './heard.js';

interface Call {
  readonly name: string;
  readonly kind: SpanKind;
  /** In ms, until now. */
  readonly duration: number;
  readonly attributes: Attributes;
  /** `error.type`; undefined: it went well. */
  readonly failed?: string | undefined;
}

/** A span for each call that a client tells of, below the one that is active. The answers end it. */
export function traceCalls(tracer: Tracer, account: VwoAccount, attributes: Attributes): (() => void)[] {
  const trace = ({ name, kind, duration, failed, ...own }: Call): void => {
    const error = failed !== undefined && { 'error.type': failed };
    const span = tracer.startSpan(name, {
      kind,
      startTime: Date.now() - duration,
      attributes: { ...attributes, ...own.attributes, ...error },
    });
    if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  const failure = (error: unknown): string | undefined => (error === undefined ? undefined : errorType(error));
  return [
    heard('nestjs-vwo:visit', account, ({ duration }) =>
      trace({ name: 'vwo.visit.open', kind: SpanKind.INTERNAL, duration, attributes: {} }),
    ),
    heard('nestjs-vwo:storage.read', account, ({ duration, error, keys }) =>
      trace({
        name: 'vwo.storage.read',
        kind: SpanKind.CLIENT,
        duration,
        attributes: { 'vwo.storage.keys': keys },
        failed: failure(error),
      }),
    ),
    heard('nestjs-vwo:storage.write', account, ({ duration, error, records }) =>
      trace({
        name: 'vwo.storage.write',
        kind: SpanKind.CLIENT,
        duration,
        attributes: { 'vwo.storage.records': records },
        failed: failure(error),
      }),
    ),
    heard('nestjs-vwo:events.post', account, ({ duration, events, outcome, status }) =>
      trace({
        name: 'vwo.events.post',
        kind: SpanKind.CLIENT,
        duration,
        attributes: {
          'vwo.events.count': events,
          ...(status !== undefined && { 'http.response.status_code': status }),
        },
        failed: outcome === 'accepted' ? undefined : String(status ?? 'no_answer'),
      }),
    ),
  ];
}
