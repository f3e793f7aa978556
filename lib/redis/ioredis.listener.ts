import { inNeutralContext } from '../common/index.js';
import { anyNode, type RedisHeard, type RedisListener } from './redis.subscription.js';

/** What is used of the second client that ioredis makes from a first one. */
interface Listening {
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (error?: Error) => void): unknown;
  disconnect(): void;
}

/** What is used of the first one. */
export interface Doubled {
  readonly status?: string;
  /** Keys of one command must live on one node then. */
  readonly isCluster?: boolean;
  duplicate?(...overrides: unknown[]): unknown;
  /** Of a `Cluster`: one connection for each node, made when it is first needed. */
  nodes?(): readonly Doubled[];
}

/** Commands wait for the connection; time-outs are for commands of another kind. */
const OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  socketTimeout: undefined,
  keyPrefix: '',
  /** It subscribes by itself, and a refusal would be an unhandled rejection. */
  autoResubscribe: false,
  /** When a silent connection is tried, in ms: one whose other end is gone would be listened to for two hours. */
  keepAlive: 10_000,
};

/** Throws where no node of a `Cluster` is known yet. */
export function ioredisListener(client: Doubled, channel: string, { heard, lost }: RedisHeard): RedisListener {
  const own = doubled(client);
  // Redis refuses: a password or a right has changed, and a client made anew may know. All else ioredis tries again, or says `end`.
  own.on('error', (error) => (error?.name === 'ReplyError' ? lost() : undefined));
  own.on('message', heard);
  own.on('ready', () => void own.subscribe(channel).then(heard, lost));
  own.on('end', lost);
  // Its socket belongs to no request, whoever was the first to need it.
  inNeutralContext(() => own.connect()).catch(nothing);
  return { close: () => own.disconnect() };
}

/** `error` or `end` has said it. */
function nothing(): void {}

/** A `Cluster` does not say that it has lost the node that it listens to. Here each one that is lost is followed by any other. */
function doubled(client: Doubled): Listening {
  if (!client.isCluster) return client.duplicate?.(OPTIONS) as Listening;
  const node = anyNode(client.nodes?.() ?? [], ({ status }) => status === 'ready');
  return node.duplicate?.({ ...OPTIONS, retryStrategy: null }) as Listening;
}
