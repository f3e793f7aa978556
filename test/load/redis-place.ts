import { Cluster, Redis } from 'ioredis';
import { RedisStorage } from '../../lib/entries/redis.js';

/** Where Redis is: one server, the primary that a sentinel knows, or a cluster. */
export type RedisPlace =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'sentinel'; readonly port: number; readonly name: string }
  | { readonly kind: 'cluster'; readonly ports: readonly number[] };

export interface PlacedStorage {
  readonly storage: RedisStorage;
  /** Closes the client where it is not the storage's own. */
  close(): void;
}

/** As an application makes it, with a near cache (`isNear`) or without. What goes wrong with a connection is the storage's to say. */
export function storageAt(place: RedisPlace, isNear = false): PlacedStorage {
  const near = isNear ? { nearCache: {} } : {};
  if (place.kind === 'url') return { storage: new RedisStorage({ url: place.url, ...near }), close: () => undefined };
  const client = clientAt(place).on('error', () => undefined);
  return { storage: new RedisStorage({ client, ...near }), close: () => client.disconnect() };
}

function clientAt(place: Exclude<RedisPlace, { kind: 'url' }>): Redis | Cluster {
  if (place.kind === 'cluster') return new Cluster(place.ports.map((port) => ({ host: '127.0.0.1', port })));
  return new Redis({ sentinels: [{ host: '127.0.0.1', port: place.port }], name: place.name });
}
