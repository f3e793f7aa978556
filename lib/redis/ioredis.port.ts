import { inNeutralContext } from '../common/index.js';
import { type Doubled, ioredisListener } from './ioredis.listener.js';
import { ioredisNode } from './ioredis.node.js';
import type { RedisNode } from './redis.node.js';
import type { RedisPort, RedisState } from './redis.port.js';
import type { RedisHeard, RedisListener } from './redis.subscription.js';

/** What is used of ioredis 5 and 6: its `Redis` and its `Cluster` both fit. */
export interface IoredisClient extends Doubled {
  readonly status: string;
  connect(): Promise<void>;
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  readonly options?: { readonly keyPrefix?: string | Buffer | undefined };
  /** Of a `Cluster`: one connection for each node, made when it is first needed. */
  nodes?(): readonly (Doubled & Pick<IoredisClient, 'call'>)[];
}

/** `end` is missing: it is the one state that nothing follows. */
const STATES: Readonly<Record<string, RedisState>> = {
  ready: 'ready',
  wait: 'connecting',
  connecting: 'connecting',
  connect: 'connecting',
  close: 'waiting',
  disconnecting: 'waiting',
  reconnecting: 'waiting',
};

export function isIoredis(value: object): value is IoredisClient {
  return 'call' in value && typeof value.call === 'function' && 'status' in value && typeof value.status === 'string';
}

/** By client: however many storages use it, it is listened to once. */
const known = new WeakMap<IoredisClient, IoredisPort>();

/** ioredis keeps commands for later while Redis is away; nothing is handed to it then. */
export class IoredisPort implements RedisPort {
  readonly name = 'ioredis';
  readonly cureOfReadOnly: string =
    ': the address led to the primary before and to a replica now. Give your Redis client the option ' +
    "reconnectOnError: (error) => error.message.includes('READONLY')";

  trouble: Error | undefined;
  private becoming: Promise<boolean> | undefined;

  static of(client: IoredisClient): IoredisPort {
    const found = known.get(client) ?? new IoredisPort(client);
    known.set(client, found);
    return found;
  }

  protected constructor(private readonly client: IoredisClient) {}

  get isCluster(): boolean {
    return this.client.isCluster === true;
  }

  get state(): RedisState {
    return STATES[this.client.status] ?? 'closed';
  }

  get stateName(): string {
    return this.client.status;
  }

  becomesReady(): Promise<boolean> {
    return (this.becoming ??= this.attempt().finally(() => (this.becoming = undefined)));
  }

  ping(): readonly Promise<unknown>[] {
    return this.client.nodes?.().map((node) => node.call('PING')) ?? [];
  }

  async hgetall(key: string): Promise<ReadonlyMap<string, string>> {
    // In capitals, as ioredis then gives the reply as it is instead of building an object from it.
    const reply = await this.client.call('HGETALL', key);
    if (Array.isArray(reply)) return mapOf(reply as string[]);
    return new Map(Object.entries(reply as Record<string, string>)); // with ioredis' option `replyMapping: 'resp3'`
  }

  hmget(key: string, fields: readonly string[]): Promise<(string | null)[]> {
    return this.client.call('HMGET', key, ...fields) as Promise<(string | null)[]>;
  }

  get(key: string): Promise<string | null> {
    return this.client.call('GET', key) as Promise<string | null>;
  }

  mget(keys: readonly string[]): Promise<(string | null)[]> {
    return this.client.call('MGET', ...keys) as Promise<(string | null)[]>;
  }

  unlink(key: string): Promise<unknown> {
    return this.client.call('UNLINK', key);
  }

  evalsha(digest: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.client.call('EVALSHA', digest, keys.length, ...keys, ...args);
  }

  eval(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.client.call('EVAL', script, keys.length, ...keys, ...args);
  }

  listener(channel: string, told: RedisHeard): RedisListener {
    return ioredisListener(this.client, channel, told);
  }

  get keyPrefix(): string {
    return String(this.client.options?.keyPrefix ?? '');
  }

  /** Replicas too: whichever of them becomes a primary, it tells already. */
  nodes(): readonly RedisNode[] {
    return (this.client.nodes?.() ?? [this.client]).map(ioredisNode);
  }

  private attempt(): Promise<boolean> {
    const { client } = this;
    return new Promise((resolve) => {
      const settle = (isReady: boolean) => (): void => {
        client.off('ready', ready);
        client.off('close', gone);
        client.off('end', gone);
        resolve(isReady);
      };
      const ready = settle(true);
      const gone = settle(false);
      client.once('ready', ready);
      client.once('close', gone);
      client.once('end', gone);
      // Its socket and its later attempts belong to no request, whoever was the first to need them.
      if (client.status === 'wait') inNeutralContext(() => client.connect()).catch(gone);
    });
  }
}

function mapOf(flat: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) texts.set(flat[i] as string, flat[i + 1] as string);
  return texts;
}
