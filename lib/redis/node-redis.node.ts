import { inNeutralContext } from '../common/index.js';
import { destroyer } from './node-redis.listener.js';
import { broadcasting, type LinkTold, Losses, type RedisNode, runIdIn, type TrackingLink } from './redis.node.js';

/** What is used of `createClient` of the package `redis`, the application's or the node of a cluster. */
interface NodeClient {
  sendCommand(args: string[]): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  duplicate(overrides: object): unknown;
}

/** What is used of the second client that the package makes from it. */
interface Linked {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(args: string[]): Promise<unknown>;
  on(event: string, listener: (told?: unknown) => void): unknown;
  destroy(): void;
}

/** RESP3 has messages for what Redis tells. The package turns tracking on by itself then, of another kind than is needed. */
const OPTIONS = { RESP: 3, emitInvalidate: true, clientSideCache: undefined };

const losses = new Losses((client, lost) => {
  for (const event of ['error', 'reconnecting', 'end']) (client as NodeClient).on(event, lost);
});

/** @param given of `createClient` */
export function nodeRedisNode(given: object): RedisNode {
  const client = given as NodeClient;
  return {
    client,
    runId: async () => runIdIn(await client.sendCommand(['INFO', 'server'])),
    onLost: (listener) => losses.on(client, listener),
    link: (told) => new NodeRedisLink(client.duplicate(OPTIONS) as Linked, told),
  };
}

class NodeRedisLink implements TrackingLink {
  readonly close: () => void;

  constructor(
    private readonly own: Linked,
    { changed, lost }: LinkTold,
  ) {
    this.close = destroyer(own);
    own.on('error', lost);
    own.on('end', () => lost());
    own.on('invalidate', (key) => changed(key === null ? undefined : [String(key)]));
  }

  async begin(prefix: string): Promise<string> {
    const { own } = this;
    // Its socket belongs to no request, whoever was the first to need it.
    await inNeutralContext(() => own.connect());
    await own.sendCommand(['CLIENT', 'TRACKING', 'OFF']);
    await own.sendCommand(['CLIENT', 'TRACKING', 'ON', ...broadcasting(prefix)]);
    return runIdIn(await own.sendCommand(['INFO', 'server']));
  }

  ping(): Promise<unknown> {
    return this.own.sendCommand(['PING']);
  }
}
