import type { StoredDecision } from '../model/index.js';

export function recordFor(userId: string, featureKey: string, fields: Record<string, unknown> = {}): StoredDecision {
  return { featureKey, userId, experimentId: 1, experimentKey: 'exp', experimentVariationId: 1, ...fields };
}

export function keyOf(record: StoredDecision): string {
  return String(record['featureKey']);
}

/** As plain objects of this realm: database drivers and `structuredClone` may give others. */
export function plain(record: unknown): unknown {
  return JSON.parse(JSON.stringify(record ?? null));
}

export function sorted<T>(entries: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Changes what can be changed; a frozen record is as good as a copied one. */
export function spoil(record: StoredDecision | undefined): void {
  if (!record) return;
  Reflect.set(record, 'experimentId', 666);
  const list = record['isInHoldoutId'];
  if (Array.isArray(list)) Reflect.set(list, 0, 666);
}
