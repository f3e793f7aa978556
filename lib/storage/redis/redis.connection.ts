import { VwoStorageError } from '../../common/index.js';

/** What is used of ioredis: its `Redis` and its `Cluster` both fit. */
export interface RedisClient {
  readonly status: string;
  /** Keys of one command must live on one node then. */
  readonly isCluster?: boolean;
  connect(): Promise<void>;
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * Commands without an answer at once. Past it Redis is taken to hang, and further ones fail at once: they would
 * only pile up in memory, while those who asked have long gone on without an answer.
 */
const MOST_UNANSWERED = 10_000;

/** States of ioredis from which it may be ready in a moment; in all others Redis is away. */
const COMING_UP = new Set(['wait', 'connecting', 'connect']);

/** Commands to Redis while it is there. ioredis keeps commands for later when it is not; nothing is handed to it then. */
export class RedisConnection {
  /** Set where the connection is ours to close. */
  protected closed = false;
  private unanswered = 0;
  private whenIdle: (() => void) | undefined;
  private comingUp: Promise<void> | undefined;
  /** What ioredis last complained about, where it is ours to listen to. */
  protected trouble: Error | undefined;

  constructor(protected readonly client: RedisClient) {}

  open(): void {}

  command(name: string, ...args: (string | number)[]): Promise<unknown> {
    return this.send(name, () => this.client.call(name, ...args));
  }

  /** Runs a script by its digest; with its text the first time, and wherever Redis has lost it since. */
  script(text: string, digest: string, ...args: (string | number)[]): Promise<unknown> {
    return this.send('EVALSHA', async () => {
      try {
        return await this.client.call('EVALSHA', digest, ...args);
      } catch (error) {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
        return this.client.call('EVAL', text, ...args);
      }
    });
  }

  /** The strings under these keys, null where there is none: one MGET, or in a Cluster one GET each, all at once. */
  async strings(keys: readonly string[]): Promise<readonly (string | null)[]> {
    if (!this.client.isCluster) return (await this.command('MGET', ...keys)) as (string | null)[];
    return (await Promise.all(keys.map((key) => this.command('GET', key)))) as (string | null)[];
  }

  /**
   * Runs a script that treats each of its keys alike: at once, or in a Cluster once per key, all at the same time.
   * @param shared arguments for all keys
   * @param perKey the further arguments, the same number for each key
   */
  async scriptOverKeys(
    text: string,
    digest: string,
    keys: readonly string[],
    shared: readonly (string | number)[],
    perKey: readonly string[] = [],
  ): Promise<void> {
    if (keys.length === 0) return;
    if (!this.client.isCluster) {
      await this.script(text, digest, keys.length, ...keys, ...shared, ...perKey);
      return;
    }
    const each = perKey.length / keys.length;
    const runs = keys.map((key, i) =>
      this.script(text, digest, 1, key, ...shared, ...perKey.slice(i * each, (i + 1) * each)),
    );
    const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** A client that was handed in stays open, and this goes on with it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Settles when no command is under way any more. */
  protected idle(): Promise<void> {
    if (this.unanswered === 0) return Promise.resolve();
    return new Promise((resolve) => (this.whenIdle = resolve));
  }

  private async send(name: string, work: () => Promise<unknown>): Promise<unknown> {
    if (this.closed) throw new VwoStorageError('This RedisStorage was closed');
    if (this.unanswered >= MOST_UNANSWERED) {
      throw new VwoStorageError(`Redis does not answer: ${this.unanswered} commands are waiting already`);
    }
    this.unanswered += 1;
    try {
      if (this.client.status !== 'ready') await this.ready();
      return await work();
    } catch (error) {
      if (error instanceof VwoStorageError) throw error;
      throw new VwoStorageError(`Redis failed at ${name}: ${messageOf(error)}`, { cause: error });
    } finally {
      this.unanswered -= 1;
      if (this.unanswered === 0) this.whenIdle?.();
    }
  }

  /** Waits for a connection that is being made; rejects when it fails, or when none is under way. */
  protected ready(): Promise<void> {
    if (!COMING_UP.has(this.client.status)) return Promise.reject(this.away());
    this.comingUp ??= this.firstWord().finally(() => {
      this.comingUp = undefined;
    });
    return this.comingUp;
  }

  private firstWord(): Promise<void> {
    const { client } = this;
    return new Promise<void>((resolve, reject) => {
      const settle = (settled: () => void) => (): void => {
        client.off('ready', ready);
        client.off('close', gone);
        client.off('end', gone);
        settled();
      };
      const ready = settle(resolve);
      const gone = settle(() => reject(this.away()));
      client.once('ready', ready);
      client.once('close', gone);
      client.once('end', gone);
      if (client.status === 'wait') client.connect().catch(gone);
    });
  }

  private away(): VwoStorageError {
    const { status } = this.client;
    const cure = status === 'end' ? 'the client was closed' : 'it works again as soon as ioredis has reconnected';
    const why = this.trouble ? `: ${messageOf(this.trouble)}` : '';
    return new VwoStorageError(`Redis is away${why} (ioredis is in state "${status}"; ${cure})`, {
      cause: this.trouble,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
