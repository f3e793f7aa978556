import { Redis } from 'ioredis';
import { refuse } from '../../common/index.js';
import { RedisConnection } from './redis.connection.js';

/** A connection of ours, made from a URL: it fails fast, reconnects by itself and is closed by us. */
export class OwnRedisConnection extends RedisConnection {
  private ending: Promise<void> | undefined;

  static to(url: unknown): OwnRedisConnection {
    if (typeof url !== 'string' || !/^rediss?:\/\/./.test(url) || !URL.canParse(url)) {
      const came = typeof url === 'string' ? url.replace(/[^/]*@/, '…@') : url; // no password in a log
      return refuse('url', 'a URL that begins with redis:// or rediss://', came);
    }
    return new OwnRedisConnection(
      new Redis(url, {
        lazyConnect: true,
        enableOfflineQueue: false,
        /** Whatever is under way when the connection breaks fails at once … */
        maxRetriesPerRequest: 0,
        /** … and is not sent again behind the back of whoever has gone on. */
        autoResendUnfulfilledCommands: false,
        connectTimeout: 2_000,
        commandTimeout: 1_000,
        /** A connection that is silent this long while answers are due is dropped and made anew. */
        socketTimeout: 3_000,
        disconnectTimeout: 500,
      }),
    );
  }

  private constructor(private readonly redis: Redis) {
    super(redis);
    // Without a listener ioredis prints every failed attempt; here it becomes the reason of the next failed command.
    redis.on('error', (error: Error) => (this.trouble = error));
    redis.on('ready', () => (this.trouble = undefined));
  }

  override open(): void {
    if (this.redis.status !== 'wait') return;
    this.ready().catch(() => undefined); // said by the first command
  }

  override close(): Promise<void> {
    this.closed = true;
    return (this.ending ??= this.end());
  }

  private async end(): Promise<void> {
    const { redis } = this;
    if (redis.status === 'ready') await this.idle();
    if (redis.status === 'end') return;
    const ended = new Promise<void>((resolve) => redis.once('end', resolve));
    const between = redis.status === 'reconnecting'; // no socket is open then, and ioredis says no 'end'
    redis.disconnect();
    if (!between) await ended;
  }
}
