import type { RedisNode } from './redis.node.js';
import type { MakeListener } from './redis.subscription.js';

/**
 * How a client stands: it answers; an attempt to connect is under way, or the first use makes one; an attempt has failed, and
 * the next one is a matter of time; it is closed.
 */
export type RedisState = 'ready' | 'connecting' | 'waiting' | 'closed';

/** What is asked of Redis, by whichever package. Every call may reject; none is made while the client is not ready. */
export interface RedisPort {
  /** The package, as messages name it. */
  readonly name: string;
  /** Keys of one command must live on one node then. */
  readonly isCluster: boolean;
  readonly state: RedisState;
  /** The state as the package names it, where it does. */
  readonly stateName: string | undefined;
  /** What the client last complained about, where it is ours to listen to; undefined once it is ready. */
  readonly trouble: Error | undefined;
  /** What the application can do where a replica refuses to write. */
  readonly cureOfReadOnly: string;
  /**
   * Whether the attempt under way, or the next one, makes it ready. Starts the first one, in the context of no request. Calls during an
   * attempt share it. Never rejects.
   */
  becomesReady(): Promise<boolean>;
  /** Asks every node of a cluster for an answer, where that makes the connections to them. */
  ping(): readonly Promise<unknown>[];

  hgetall(key: string): Promise<ReadonlyMap<string, string>>;
  /** In the order of `fields`, null where there is none. */
  hmget(key: string, fields: readonly string[]): Promise<readonly (string | null)[]>;
  get(key: string): Promise<string | null>;
  /** In the order of `keys`, null where there is none. */
  mget(keys: readonly string[]): Promise<readonly (string | null)[]>;
  unlink(key: string): Promise<unknown>;
  evalsha(digest: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  eval(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;

  /** Makes a connection of its own that listens to a channel. */
  listener: MakeListener;

  /** What the client itself puts before every key. */
  readonly keyPrefix: string;
  /** The servers that commands may go to now, always in the same order; of a cluster none before it is connected. */
  nodes(): readonly RedisNode[];
}
