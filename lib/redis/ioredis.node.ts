import { inNeutralContext } from '../common/index.js';
import { broadcasting, type LinkTold, Losses, type RedisNode, runIdIn, type TrackingLink } from './redis.node.js';

/** What is used of a `Redis` of ioredis, the application's or the node of a `Cluster`. */
interface NodeClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  duplicate(...overrides: unknown[]): unknown;
}

/** What is used of the second client that ioredis makes from it. */
interface Linked {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  disconnect(): void;
}

/** Where Redis tells of changes to a connection that speaks RESP2: ioredis 6 drops what RESP3 has for that. */
const CHANNEL = '__redis__:invalidate';

/** It lives once: whoever loses it makes another one, and has forgotten by then what it was told. */
const OPTIONS = {
  lazyConnect: true,
  enableReadyCheck: false,
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  retryStrategy: null,
  reconnectOnError: null,
  autoResubscribe: false,
  socketTimeout: undefined,
  commandTimeout: undefined,
  disconnectTimeout: 500,
  keyPrefix: '',
  protocol: 2,
  replyMapping: undefined,
};

const losses = new Losses((client, lost) => {
  (client as NodeClient).on('close', lost);
  (client as NodeClient).on('end', lost);
});

/** @param given a `Redis` */
export function ioredisNode(given: object): RedisNode {
  const client = given as NodeClient;
  return {
    client,
    runId: async () => runIdIn(await client.call('INFO', 'server')),
    onLost: (listener) => losses.on(client, listener),
    link: (told) => new IoredisLink(client.duplicate(OPTIONS) as Linked, told),
  };
}

/** A connection that Redis tells by messages on a channel of its own: it is both the one that tracks and the one that is told. */
class IoredisLink implements TrackingLink {
  constructor(
    private readonly own: Linked,
    { changed, lost }: LinkTold,
  ) {
    own.on('error', nothing);
    own.on('end', () => lost());
    // Not `message`, which joins the keys by commas.
    own.on('messageBuffer', (_channel: unknown, keys: readonly Buffer[] | null) => changed(keys?.map(String)));
  }

  async begin(prefix: string): Promise<string> {
    const { own } = this;
    // Its socket belongs to no request, whoever was the first to need it.
    await inNeutralContext(() => own.connect());
    const id = await own.call('CLIENT', 'ID');
    await own.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', Number(id), ...broadcasting(prefix));
    const runId = runIdIn(await own.call('INFO', 'server'));
    await own.subscribe(CHANNEL);
    return runId;
  }

  ping(): Promise<unknown> {
    return this.own.call('PING');
  }

  close(): void {
    this.own.disconnect();
  }
}

/** `end` follows, or `connect` rejects. */
function nothing(): void {}
