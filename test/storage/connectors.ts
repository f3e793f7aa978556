import { setImmediate } from 'node:timers/promises';
import type { VwoStorageConnector } from '../../lib/storage/index.js';

type Data = Record<string, unknown>;

/** VWO's own storage service as a user writes it, with a key that cannot collide, and `forget` added. */
export function syncConnector(kept = new Map<string, Data>()): Required<VwoStorageConnector> {
  const keyOf = (featureKey: unknown, userId: unknown): string => JSON.stringify([featureKey, userId]);
  return {
    get: (featureKey, userId) => kept.get(keyOf(featureKey, userId)),
    set: (data) => kept.set(keyOf(data['featureKey'], data['userId']), data),
    forget: (userId) => {
      for (const [key, data] of kept) if (data['userId'] === userId) kept.delete(key);
    },
  };
}

/** The same over something that takes time. */
export function asyncConnector(kept = new Map<string, Data>()): Required<VwoStorageConnector> {
  const inner = syncConnector(kept);
  const later = async (work: () => unknown): Promise<unknown> => {
    await setImmediate();
    return work();
  };
  return {
    get: (featureKey, userId) => later(() => inner.get(featureKey, userId)),
    set: (data) => later(() => inner.set(data)),
    forget: (userId) => later(() => inner.forget(userId)),
  };
}
