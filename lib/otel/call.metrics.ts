import type { Attributes, Meter } from '@opentelemetry/api';
import type { VwoAccount } from '../common/index.js';
import { countedAttributes, errorType } from './evaluation.attributes.js';
import { heard } from './heard.js';

/** In seconds: a storage at hand answers in microseconds, one that is away after seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const advice = { explicitBucketBoundaries: SECONDS };

/** Measures each call that a client tells of, and counts its evaluations. The answers end it. */
export function measureCalls(meter: Meter, account: VwoAccount, attributes: Attributes): (() => void)[] {
  const visits = meter.createHistogram('vwo.visit.open.duration', {
    unit: 's',
    description: 'How long opening a visit took, storage and gateway included',
    advice,
  });
  const storage = meter.createHistogram('vwo.storage.operation.duration', {
    unit: 's',
    description: 'How long the storage took for a read or write, also where a visit has not waited for so long',
    advice,
  });
  const evaluations = meter.createCounter('vwo.evaluations', {
    unit: '{evaluation}',
    description: 'First reads of a flag in a visit, by flag, variation and reason',
  });
  const measure = (operation: 'read' | 'write', duration: number, error: unknown): void =>
    storage.record(duration / 1000, {
      ...attributes,
      'vwo.storage.operation': operation,
      ...(error !== undefined && { 'error.type': errorType(error) }),
    });
  return [
    heard('nestjs-vwo:visit', account, ({ duration }) => visits.record(duration / 1000, attributes)),
    heard('nestjs-vwo:storage.read', account, ({ duration, error }) => measure('read', duration, error)),
    heard('nestjs-vwo:storage.write', account, ({ duration, error }) => measure('write', duration, error)),
    heard('nestjs-vwo:evaluation', account, (told) =>
      evaluations.add(1, { ...attributes, ...countedAttributes(told) }),
    ),
  ];
}
