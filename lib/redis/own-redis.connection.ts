import type { Redis } from 'ioredis';
import { inNeutralContext, isMissing, refuse, VwoOptionsError } from '../common/index.js';
import { IoredisPort } from './ioredis.port.js';
import { closedError, isReadOnly, RedisConnection } from './redis.connection.js';
import type { RedisPort } from './redis.port.js';

/** How often a connection is made anew because a replica answers, in ms: the address may lead there for a while. */
const LEAVE_REPLICA_EVERY_MS = 1_000;

/**
 * A connection of ours, made from a URL by ioredis, which is loaded when the connection is first needed: it fails fast,
 * reconnects by itself, is closed by us and can be opened again.
 */
export class OwnRedisConnection extends RedisConnection {
  private redis: Redis | undefined;
  private ending: Promise<void> | undefined;
  /** Counts how often it was closed. */
  private life = 0;

  static to(url: unknown): OwnRedisConnection {
    if (typeof url !== 'string' || !/^rediss?:\/\/./.test(url) || !URL.canParse(url)) {
      const came = typeof url === 'string' ? url.replace(/[^/]*@/, '…@') : url; // no password in a log
      return refuse('url', 'a URL that begins with redis:// or rediss://', came);
    }
    return new OwnRedisConnection(url);
  }

  private constructor(private readonly url: string) {
    super(undefined);
  }

  override open(): Promise<void> {
    this.closed = false;
    return super.open();
  }

  /** ioredis has no way back from the end: the next `open` makes another one. */
  override close(): Promise<void> {
    if (this.closed) return this.ending ?? Promise.resolve();
    this.closed = true;
    this.life += 1;
    const { redis } = this;
    this.redis = this.port = undefined;
    return (this.ending = redis ? this.end(redis) : Promise.resolve());
  }

  /** Rejects with `VwoOptionsError` where ioredis is not installed. */
  protected override makePort(): Promise<RedisPort> {
    // A package that is loaded and a connection that is made belong to no request, whoever was the first to need them.
    return inNeutralContext(() => this.ownPort());
  }

  private async ownPort(): Promise<RedisPort> {
    const { life } = this;
    const make = await ioredis();
    if (life !== this.life) throw closedError();
    this.redis ??= failingFast(make, this.url);
    return (this.port ??= new OwnRedisPort(this.redis));
  }

  private async end(redis: Redis): Promise<void> {
    if (redis.status === 'ready') await this.idle();
    const ended = new Promise<void>((resolve) => redis.once('end', resolve));
    const isBetweenAttempts = redis.status === 'reconnecting';
    redis.disconnect();
    if (isBetweenAttempts) sayGone(redis);
    await ended;
  }
}

/** No socket is open between two attempts. ioredis waits for its end all the same, and holds the process meanwhile. */
function sayGone(redis: Redis): void {
  redis.stream.emit('close');
  redis.emit('end');
}

/** Without a listener ioredis prints every failed attempt; here it becomes the reason of the next failed command. */
class OwnRedisPort extends IoredisPort {
  override readonly cureOfReadOnly = ' (it is a replica now, and the connection is made anew)';

  constructor(redis: Redis) {
    super(redis);
    redis.on('error', (error: Error) => (this.trouble = error));
    redis.on('ready', () => (this.trouble = undefined));
  }
}

async function ioredis(): Promise<typeof Redis> {
  try {
    return (await import('ioredis')).Redis;
  } catch (error) {
    if (!isMissing(error, 'ioredis')) throw error; // installed, and broken: its own error says how
    throw new VwoOptionsError(
      '`url` needs the package ioredis, which is not installed: npm install ioredis. Or give a `client` of the package redis',
      { cause: error },
    );
  }
}

function failingFast(make: typeof Redis, url: string): Redis {
  return new make(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    /** Whatever is under way when the connection breaks fails at once, and is not sent again later: its caller does not wait any more. */
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: 1_000,
    /** A connection that is silent this long while answers are due is dropped and made anew. */
    socketTimeout: 3_000,
    disconnectTimeout: 500,
    reconnectOnError: leavingReplicas(),
  });
}

/** After a fail-over the address leads to another server, while the connection still leads to the one that is a replica now. */
function leavingReplicas(): (error: Error) => boolean {
  let last = -Infinity;
  return ({ message }) => {
    if (!isReadOnly(message) || performance.now() - last < LEAVE_REPLICA_EVERY_MS) return false;
    last = performance.now();
    return true;
  };
}
