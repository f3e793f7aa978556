import { inNeutralContext } from '../common/index.js';
import { type DoubledNodeRedis, nodeRedisListener } from './node-redis.listener.js';
import { nodeRedisNode } from './node-redis.node.js';
import type { RedisNode } from './redis.node.js';
import type { RedisPort, RedisState } from './redis.port.js';
import type { RedisHeard, RedisListener } from './redis.subscription.js';

interface ScriptArguments {
  keys: string[];
  arguments: string[];
}

/** Where a client or a cluster of the package shows its option `keyPrefix`, if it knows one. A cluster shows it nowhere else. */
interface Prefixed {
  readonly _keyPrefix?: string | Buffer | undefined;
}

type Commands = 'hGetAll' | 'hmGet' | 'get' | 'mGet' | 'unlink' | 'evalSha' | 'eval';

/** What is used of the package `redis`, 5 and 6: what `createClient` and `createCluster` give both fits. */
export interface NodeRedisClient extends DoubledNodeRedis {
  readonly isOpen: boolean;
  /** A cluster of version 5 does not say. */
  readonly isReady?: boolean;
  /** The same connection, with other types of replies. */
  withTypeMapping(mapping: object): Pick<NodeRedisClient, Commands>;
  connect(): Promise<unknown>;
  on(event: string, listener: (error: Error) => void): unknown;
  off(event: string, listener: (error: Error) => void): unknown;
  hGetAll(key: string): Promise<unknown>;
  hmGet(key: string, fields: string[]): Promise<unknown>;
  get(key: string): Promise<unknown>;
  mGet(keys: string[]): Promise<unknown>;
  unlink(key: string): Promise<unknown>;
  evalSha(digest: string, given: ScriptArguments): Promise<unknown>;
  eval(script: string, given: ScriptArguments): Promise<unknown>;
}

/**
 * Replies as the package gives them unless told otherwise (text and no buffers), but for maps, which RESP's code 37 stands for:
 * a plain object would lose a field `__proto__`.
 */
const REPLIES = { 37: Map };

/** A client says the first of these before it is ready, a cluster when it is. */
const READY = ['connect', 'ready'];
const CLOSED = ['end', 'disconnect'];
const GONE = ['error', ...CLOSED];

/** By client: however many storages use it, it is listened to once. */
const known = new WeakMap<NodeRedisClient, NodeRedisPort>();

/** A pool of connections or a sentinel of the package is none: neither says whether it is ready in every version. */
export function isNodeRedis(value: object): value is NodeRedisClient {
  const { isOpen, isReady, masters, withTypeMapping } = value as Partial<NodeRedisClient>;
  const isKnown = typeof isReady === 'boolean' ? !('acquire' in value) : Array.isArray(masters);
  return isKnown && typeof isOpen === 'boolean' && typeof withTypeMapping === 'function';
}

/** A client of `redis`, with the application's listeners and reconnecting. While it is not ready nothing is handed to it. */
export class NodeRedisPort implements RedisPort {
  readonly name = 'node-redis';
  readonly isCluster: boolean;
  readonly stateName = undefined;
  readonly cureOfReadOnly: string =
    ': the address led to the primary before and to a replica now, and node-redis stays with it. Listen for this error and ' +
    'connect your Redis client anew';
  trouble: Error | undefined;
  private becoming: Promise<boolean> | undefined;
  private wasReady = false;
  private wasClosed = false;
  private readonly typed: Pick<NodeRedisClient, Commands>;

  static of(client: NodeRedisClient): NodeRedisPort {
    const found = known.get(client) ?? new NodeRedisPort(client);
    known.set(client, found);
    return found;
  }

  private constructor(private readonly client: NodeRedisClient) {
    this.isCluster = Array.isArray(client.masters);
    this.typed = client.withTypeMapping(REPLIES);
    client.on('error', (error) => (this.trouble = error));
    client.on('connect', () => (this.trouble = undefined));
    client.on('ready', () => (this.trouble = undefined));
    for (const event of CLOSED) client.on(event, () => (this.wasClosed = true));
  }

  get state(): RedisState {
    const { isOpen } = this.client;
    if (isOpen && this.isReady) {
      this.wasReady = true;
      return 'ready';
    }
    if (!isOpen) return this.wasReady || this.wasClosed ? 'closed' : 'connecting';
    return this.trouble && !this.isCluster ? 'waiting' : 'connecting';
  }

  becomesReady(): Promise<boolean> {
    return (this.becoming ??= this.attempt().finally(() => (this.becoming = undefined)));
  }

  /** A cluster connects to all of its nodes by itself. */
  ping(): readonly Promise<unknown>[] {
    return [];
  }

  hgetall(key: string): Promise<ReadonlyMap<string, string>> {
    return this.typed.hGetAll(key) as Promise<ReadonlyMap<string, string>>;
  }

  hmget(key: string, fields: readonly string[]): Promise<(string | null)[]> {
    return this.typed.hmGet(key, [...fields]) as Promise<(string | null)[]>;
  }

  get(key: string): Promise<string | null> {
    return this.typed.get(key) as Promise<string | null>;
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.typed.mGet([...keys]) as Promise<(string | null)[]>;
  }

  unlink(key: string): Promise<unknown> {
    return this.typed.unlink(key);
  }

  evalsha(digest: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.typed.evalSha(digest, { keys: [...keys], arguments: args.map(String) });
  }

  eval(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.typed.eval(script, { keys: [...keys], arguments: args.map(String) });
  }

  listener(channel: string, told: RedisHeard): RedisListener {
    return nodeRedisListener(this.client, channel, told);
  }

  get keyPrefix(): string {
    return String((this.client as Prefixed)._keyPrefix ?? '');
  }

  /** Those that the client is connected to. */
  nodes(): readonly RedisNode[] {
    const { masters, replicas = [] } = this.client;
    const clients = masters ? [...masters, ...replicas].flatMap((node) => node.client ?? []) : [this.client];
    return clients.map(nodeRedisNode);
  }

  private attempt(): Promise<boolean> {
    const { client } = this;
    return new Promise((resolve) => {
      const settle = (isReady: boolean): void => {
        for (const event of READY) client.off(event, look);
        for (const event of GONE) client.off(event, gone);
        resolve(isReady);
      };
      const look = (): void => {
        if (this.state === 'ready') settle(true);
      };
      const gone = (): void => settle(false);
      for (const event of READY) client.on(event, look);
      // A cluster complains of each node that it cannot ask; where the attempt is ours, it is known when there is none left.
      for (const event of this.isCluster && !client.isOpen ? CLOSED : GONE) client.on(event, gone);
      // Its socket and its later attempts belong to no request, whoever was the first to need them.
      if (!client.isOpen) inNeutralContext(() => client.connect()).then(look, gone);
    });
  }

  private get isReady(): boolean {
    const { isReady, masters = [] } = this.client;
    return isReady ?? masters.length > 0;
  }
}
