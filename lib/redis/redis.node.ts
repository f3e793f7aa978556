/** A server that commands go to, by one connection of the client's. */
export interface RedisNode {
  /** The client of this connection: where it is another one, it may lead to another server. */
  readonly client: object;
  /** Which run of which server answers, as the server itself says (INFO). Rejects where it does not. */
  runId(): Promise<string>;
  /** Told each time the connection is lost: the next one may lead to another server. The answer ends that. */
  onLost(listener: () => void): () => void;
  /** A connection of its own to the same address, which is told of changes. Nothing is connected yet. Throws where none can be made. */
  link(told: LinkTold): TrackingLink;
}

/** What a link tells until it is closed. */
export interface LinkTold {
  /** These keys were written, deleted or have expired; undefined: all of them may have been. */
  readonly changed: (keys: readonly string[] | undefined) => void;
  /** The connection is gone. It is not made again. */
  readonly lost: (error?: unknown) => void;
}

/** One connection over which Redis tells of changes to keys (CLIENT TRACKING, BCAST), by whichever package. */
export interface TrackingLink {
  /** Connects, and settles when Redis tells from now on, with which run of which server does so. Rejects where it does not. */
  begin(prefix: string): Promise<string>;
  /** Settles with an answer that comes after all that was told before. */
  ping(): Promise<unknown>;
  close(): void;
}

/** The arguments after CLIENT TRACKING ON: told of every key with this prefix, whoever reads it. */
export function broadcasting(prefix: string): string[] {
  return ['BCAST', 'PREFIX', prefix];
}

/** From an answer to INFO. Throws where it does not say. */
export function runIdIn(info: unknown): string {
  const [, found] = /^run_id:(\w+)/m.exec(String(info)) ?? [];
  if (found === undefined) throw new Error('INFO does not say which server answers (run_id)');
  return found;
}

type Listeners = Set<() => void>;

/** Whoever wants to know that a client has lost its connection: however many these are, the client is listened to once. */
export class Losses {
  private readonly known = new WeakMap<object, Listeners>();

  /** @param listen to a client, when it is seen for the first time */
  constructor(private readonly listen: (client: object, lost: () => void) => void) {}

  on(client: object, listener: () => void): () => void {
    const listeners = this.known.get(client) ?? this.added(client);
    const own = (): void => listener();
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  private added(client: object): Listeners {
    const listeners: Listeners = new Set();
    this.known.set(client, listeners);
    this.listen(client, () => {
      for (const listener of [...listeners]) listener();
    });
    return listeners;
  }
}
