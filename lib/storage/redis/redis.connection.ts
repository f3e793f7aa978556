import { errorText, VwoStorageError } from '../../common/index.js';
import type { RedisScript } from './redis-script.js';
import { becomesReady, isBetweenAttempts, isComingUp, type RedisClient } from './redis.client.js';

/**
 * Commands without an answer at once. Past it Redis is taken to hang, and further ones fail at once: they would
 * only pile up in memory, while those who asked have long gone on without an answer.
 */
const MAX_UNANSWERED = 10_000;

/** Commands to Redis while it is there. ioredis keeps commands for later when it is not; nothing is handed to it then. */
export class RedisConnection {
  /** Set where the connection is ours to close. */
  protected closed = false;
  /** What ioredis last complained about, where it is ours to listen to. */
  protected trouble: Error | undefined;
  /** The attempt under way; true when it succeeds. */
  protected attempt: Promise<boolean> | undefined;
  private unanswered = 0;
  private whenIdle: (() => void) | undefined;

  constructor(protected client: RedisClient) {}

  /** Keys of one command must live on one node then. */
  get isCluster(): boolean {
    return this.client.isCluster === true;
  }

  /**
   * Settles when commands can be answered without a connection being made for them first; rejects when the attempt under
   * way fails, or the next one where ioredis is between two. It goes on trying by itself.
   */
  async open(): Promise<void> {
    if (this.client.status !== 'ready') await this.ready(isComingUp(this.client) || isBetweenAttempts(this.client));
    await this.connectNodes();
  }

  command(name: string, ...args: (string | number)[]): Promise<unknown> {
    return this.send(name, () => this.client.call(name, ...args));
  }

  /** Runs a script by its digest; with its text the first time, and wherever Redis has lost it since. */
  script(script: RedisScript, ...args: (string | number)[]): Promise<unknown> {
    return this.send('EVALSHA', async () => {
      try {
        return await this.client.call('EVALSHA', script.digest, ...args);
      } catch (error) {
        if (!errorText(error).startsWith('NOSCRIPT')) throw error;
        return this.client.call('EVAL', script.text, ...args);
      }
    });
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

  /** What can be done where a replica refuses to write; nothing where the connection does it by itself. */
  protected cureOfReadOnly(): string {
    return (
      ': the address led to the primary before and to a replica now. Give your Redis client the option ' +
      "reconnectOnError: (error) => error.message.includes('READONLY')"
    );
  }

  private async send(name: string, work: () => Promise<unknown>): Promise<unknown> {
    if (this.closed) throw new VwoStorageError('This RedisStorage was closed');
    if (this.unanswered >= MAX_UNANSWERED) {
      throw new VwoStorageError(`Redis does not answer: ${this.unanswered} commands are waiting already`);
    }
    this.unanswered += 1;
    try {
      if (this.client.status !== 'ready') await this.ready(isComingUp(this.client));
      return await work();
    } catch (error) {
      throw error instanceof VwoStorageError ? error : this.failed(name, error);
    } finally {
      this.unanswered -= 1;
      if (this.unanswered === 0) this.whenIdle?.();
    }
  }

  private failed(name: string, error: unknown): VwoStorageError {
    const text = errorText(error);
    const cure = isReadOnly(text) ? this.cureOfReadOnly() : '';
    return new VwoStorageError(`Redis failed at ${name}: ${text}${cure}`, { cause: error });
  }

  /** Waits for one attempt to connect; rejects when it fails, or at once when none is to be waited for. */
  private async ready(isExpected: boolean): Promise<void> {
    if (!isExpected) throw this.away();
    const attempt = (this.attempt ??= becomesReady(this.client));
    const isReady = await attempt;
    if (this.attempt === attempt) this.attempt = undefined;
    if (!isReady) throw this.away();
  }

  /** A cluster that is ready knows its nodes and is connected to one of them. Its other nodes may be away. */
  private async connectNodes(): Promise<void> {
    const nodes = this.client.nodes?.() ?? [];
    const answers = await Promise.allSettled(nodes.map((node) => node.call('PING')));
    const refused = answers.find((answer) => answer.status === 'rejected');
    if (refused && answers.every((answer) => answer.status === 'rejected')) throw this.failed('PING', refused.reason);
  }

  private away(): VwoStorageError {
    const { status } = this.client;
    const cure = status === 'end' ? 'the client was closed' : 'it works again as soon as ioredis has reconnected';
    const why = this.trouble ? `: ${errorText(this.trouble)}` : '';
    return new VwoStorageError(`Redis is away${why} (ioredis is in state "${status}"; ${cure})`, {
      cause: this.trouble,
    });
  }
}

/** Redis' answer to a write that reached a replica; inside a script it does not stand first. */
export function isReadOnly(message: string): boolean {
  return message.includes('READONLY');
}
