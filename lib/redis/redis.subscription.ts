import { backOff, type BackOffOptions, type Clock, systemClock, VwoStorageError } from '../common/index.js';

/** Waits between connections while none can be made, in ms. The Redis client's own attempts come in between. */
const RETRY: BackOffOptions = { first: 500, longest: 10_000 };

/** A connection of its own that listens to one channel, by whichever package. Its client reconnects and subscribes again as it is told to. */
export interface RedisListener {
  close(): void;
}

/** What a listener tells. Once it is closed nobody hears it any more. */
export interface RedisHeard {
  /** Something was published; or it listens again, and something may have been published meanwhile. */
  readonly heard: () => void;
  /** Its client has given up, or must not listen. */
  readonly lost: () => void;
}

/** Makes a listener, without waiting: what goes wrong later is `lost`. Throws where there is nothing yet to connect to. */
export type MakeListener = (channel: string, told: RedisHeard) => RedisListener;

/** Any node of a cluster, of those that answer where there are some. Throws where none is known. */
export function anyNode<T>(nodes: readonly T[], answers: (node: T) => boolean): T {
  const answering = nodes.filter(answers);
  const from = answering.length > 0 ? answering : nodes;
  const node = from[Math.floor(Math.random() * from.length)];
  if (node === undefined) throw new VwoStorageError('No node of the Redis Cluster is known yet');
  return node;
}

/** Listens to one channel until it is closed, over as many connections as it takes. */
export class RedisSubscription {
  private listener: RedisListener | undefined;
  private cancel: (() => void) | undefined;
  private failures = 0;
  /** Counts listeners that are closed, or were never made. */
  private ended = 0;
  private closed = false;

  /** @param listenTo rejects where a connection cannot be made, e.g. because the package is missing */
  constructor(
    private readonly listenTo: () => Promise<MakeListener>,
    private readonly channel: string,
    private readonly heard: () => void,
    private readonly clock: Clock = systemClock,
  ) {
    void this.listen();
  }

  close(): void {
    this.closed = true;
    this.cancel?.();
    this.end();
  }

  private async listen(): Promise<void> {
    try {
      const make = await this.listenTo();
      if (this.closed) return;
      const { ended } = this;
      const unlessEnded = (work: () => void) => (): void => {
        if (this.ended === ended) work();
      };
      this.listener = make(this.channel, {
        heard: unlessEnded(() => this.hear()),
        lost: unlessEnded(() => this.again()),
      });
    } catch {
      this.again(); // commands over the same connection fail too, and say why
    }
  }

  private hear(): void {
    this.failures = 0;
    this.heard();
  }

  private again(): void {
    this.end();
    if (this.closed) return;
    this.failures += 1;
    this.cancel?.();
    this.cancel = this.clock.after(backOff(this.failures, RETRY), () => void this.listen());
  }

  private end(): void {
    this.ended += 1;
    const { listener } = this;
    this.listener = undefined;
    listener?.close();
  }
}
