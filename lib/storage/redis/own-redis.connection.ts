import { Redis } from 'ioredis';
import { refuse } from '../../common/index.js';
import { isReadOnly, RedisConnection } from './redis.connection.js';

/** How often a connection is made anew because a replica answers, in ms: the address may lead there for a while. */
const LEAVE_REPLICA_EVERY_MS = 1_000;

/** A connection of ours, made from a URL: it fails fast, reconnects by itself, is closed by us and can be opened again. */
export class OwnRedisConnection extends RedisConnection {
  private redis: Redis;
  private ending: Promise<void> | undefined;

  static to(url: unknown): OwnRedisConnection {
    if (typeof url !== 'string' || !/^rediss?:\/\/./.test(url) || !URL.canParse(url)) {
      const came = typeof url === 'string' ? url.replace(/[^/]*@/, '…@') : url; // no password in a log
      return refuse('url', 'a URL that begins with redis:// or rediss://', came);
    }
    return new OwnRedisConnection(() => failingFast(url));
  }

  private constructor(private readonly make: () => Redis) {
    const redis = make();
    super(redis);
    this.redis = redis;
    this.listen(redis);
  }

  override open(): Promise<void> {
    if (this.closed) this.renew();
    return super.open();
  }

  override close(): Promise<void> {
    this.closed = true;
    return (this.ending ??= this.end(this.redis));
  }

  protected override cureOfReadOnly(): string {
    return ' (it is a replica now, and the connection is made anew)';
  }

  /** ioredis has no way back from the end. */
  private renew(): void {
    this.closed = false;
    this.ending = undefined;
    this.attempt = undefined;
    this.trouble = undefined;
    this.client = this.redis = this.make();
    this.listen(this.redis);
  }

  /** Without a listener ioredis prints every failed attempt; here it becomes the reason of the next failed command. */
  private listen(redis: Redis): void {
    redis.on('error', (error: Error) => (this.trouble = error));
    redis.on('ready', () => (this.trouble = undefined));
  }

  private async end(redis: Redis): Promise<void> {
    if (redis.status === 'ready') await this.idle();
    const ended = new Promise<void>((resolve) => redis.once('end', resolve));
    const isBetweenAttempts = redis.status === 'reconnecting';
    redis.disconnect();
    if (isBetweenAttempts) redis.emit('end'); // no socket is open then, and ioredis does not say it
    await ended;
  }
}

function failingFast(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    /** Whatever is under way when the connection breaks fails at once, and is not sent again behind the back of whoever has gone on. */
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
