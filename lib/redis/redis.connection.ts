import { errorText, VwoStorageError } from '../common/index.js';
import type { RedisScript } from './redis-script.js';
import type { RedisPort } from './redis.port.js';
import type { MakeListener } from './redis.subscription.js';

/**
 * Commands without an answer at once. Past it Redis is taken to hang, and further ones fail at once: they would
 * fill the memory, and their callers do not wait for them any more.
 */
const MAX_UNANSWERED = 10_000;

type Arguments = readonly (string | number)[];

/** Commands to Redis while it is there, and a `VwoStorageError` at once while it is not. */
export class RedisConnection {
  /** Set where the connection is ours to close. */
  protected closed = false;
  private unanswered = 0;
  private whenIdle: (() => void) | undefined;

  /** @param port undefined where it is made by `makePort` when it is first needed */
  constructor(protected port: RedisPort | undefined) {}

  /** Keys of one command must live on one node then. */
  get isCluster(): boolean {
    return this.port?.isCluster === true;
  }

  /**
   * Settles when commands can be answered without a connection being made for them first; rejects when the attempt under
   * way fails, or the next one where there was one before. The client goes on trying by itself.
   */
  async open(): Promise<void> {
    const port = this.port ?? (await this.makePort());
    if (port.state !== 'ready') await this.ready(port, port.state !== 'closed');
    await this.connectNodes(port);
  }

  hgetall(key: string): Promise<ReadonlyMap<string, string>> {
    return this.send('HGETALL', (port) => port.hgetall(key));
  }

  hmget(key: string, fields: readonly string[]): Promise<readonly (string | null)[]> {
    return this.send('HMGET', (port) => port.hmget(key, fields));
  }

  get(key: string): Promise<string | null> {
    return this.send('GET', (port) => port.get(key));
  }

  mget(keys: readonly string[]): Promise<readonly (string | null)[]> {
    return this.send('MGET', (port) => port.mget(keys));
  }

  unlink(key: string): Promise<unknown> {
    return this.send('UNLINK', (port) => port.unlink(key));
  }

  /** Runs a script by its digest; with its text the first time, and wherever Redis has lost it since. */
  script(script: RedisScript, keys: readonly string[], args: Arguments): Promise<unknown> {
    return this.send('EVALSHA', async (port) => {
      try {
        return await port.evalsha(script.digest, keys, args);
      } catch (error) {
        if (!errorText(error).startsWith('NOSCRIPT')) throw error;
        return port.eval(script.text, keys, args);
      }
    });
  }

  /** Makes connections that listen to a channel, each its own: closing one is the caller's. Rejects where there is no client to make them from. */
  async listener(): Promise<MakeListener> {
    const port = await this.current();
    return (channel, told) => port.listener(channel, told);
  }

  /** The client by whichever package. Rejects where there is none. */
  async current(): Promise<RedisPort> {
    if (this.closed) throw closedError();
    return this.port ?? this.makePort();
  }

  /** A client that was handed in stays open, and this goes on with it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** For connections of ours, which are made when they are first needed. */
  protected makePort(): Promise<RedisPort> {
    return Promise.reject(closedError());
  }

  /** Settles when no command is under way any more. */
  protected idle(): Promise<void> {
    if (this.unanswered === 0) return Promise.resolve();
    return new Promise((resolve) => (this.whenIdle = resolve));
  }

  private async send<T>(name: string, work: (port: RedisPort) => Promise<T>): Promise<T> {
    if (this.closed) throw closedError();
    if (this.unanswered >= MAX_UNANSWERED) {
      throw new VwoStorageError(`Redis does not answer: ${this.unanswered} commands are waiting already`);
    }
    this.unanswered += 1;
    try {
      const port = this.port ?? (await this.makePort());
      if (port.state !== 'ready') await this.ready(port, port.state === 'connecting');
      return await work(port);
    } catch (error) {
      throw error instanceof VwoStorageError ? error : this.failed(name, error);
    } finally {
      this.unanswered -= 1;
      if (this.unanswered === 0) this.whenIdle?.();
    }
  }

  private failed(name: string, error: unknown): VwoStorageError {
    const text = errorText(error);
    const cure = isReadOnly(text) ? (this.port?.cureOfReadOnly ?? '') : '';
    return new VwoStorageError(`Redis failed at ${name}: ${text}${cure}`, { cause: error });
  }

  /** Waits for one attempt to connect; rejects when it fails, or at once when none is to be waited for. */
  private async ready(port: RedisPort, isExpected: boolean): Promise<void> {
    if (!isExpected) throw away(port);
    if (!(await port.becomesReady())) throw away(port);
  }

  /** A cluster that is ready knows its nodes and is connected to one of them. Its other nodes may be away. */
  private async connectNodes(port: RedisPort): Promise<void> {
    const answers = await Promise.allSettled(port.ping());
    const refused = answers.find((answer) => answer.status === 'rejected');
    if (refused && answers.every((answer) => answer.status === 'rejected')) throw this.failed('PING', refused.reason);
  }
}

/** Redis' answer to a write that reached a replica; inside a script it does not stand first. */
export function isReadOnly(message: string): boolean {
  return message.includes('READONLY');
}

export function closedError(): VwoStorageError {
  return new VwoStorageError('This connection to Redis was closed');
}

function away({ name, state, stateName, trouble }: RedisPort): VwoStorageError {
  const cure = state === 'closed' ? 'the client was closed' : `it works again as soon as ${name} has reconnected`;
  const standing = stateName === undefined ? '' : `${name} is in state "${stateName}"; `;
  const why = trouble ? `: ${errorText(trouble)}` : '';
  return new VwoStorageError(`Redis is away${why} (${standing}${cure})`, { cause: trouble });
}
