import { inNeutralContext } from '../common/index.js';
import { anyNode, type RedisHeard, type RedisListener } from './redis.subscription.js';

/** What is used of the second client that the package `redis` makes from a first one. */
interface Listening {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: () => void): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  destroy(): void;
}

interface NodeOfCluster {
  readonly client?: DoubledNodeRedis | undefined;
}

/** What is used of the first one: of `createClient` or of `createCluster`. */
export interface DoubledNodeRedis {
  readonly isReady?: boolean;
  duplicate?(): unknown;
  /** Of a cluster: known once it has connected. */
  readonly masters?: readonly NodeOfCluster[];
  readonly replicas?: readonly NodeOfCluster[];
}

/** Throws where no node of a cluster is known yet. */
export function nodeRedisListener(
  client: DoubledNodeRedis,
  channel: string,
  { heard, lost }: RedisHeard,
): RedisListener {
  const own = doubled(client);
  const listen = async (): Promise<void> => {
    await own.connect();
    await own.subscribe(channel, heard);
    own.on('ready', heard); // from now on: it has connected again, and subscribed by itself
    heard();
  };
  const close = destroyer(own);
  own.on('end', lost);
  if (client.masters) own.on('error', lost);
  // Its socket belongs to no request, whoever was the first to need it.
  inNeutralContext(listen).catch(lost);
  return { close };
}

/** A cluster stays with the node that it listens to, gone or not. Here each one that is lost is followed by any other. */
function doubled(client: DoubledNodeRedis): Listening {
  if (!client.masters) return client.duplicate?.() as Listening;
  const nodes = client.masters.flatMap((node) => node.client ?? []);
  return anyNode(nodes, ({ isReady }) => isReady === true).duplicate?.() as Listening;
}

/**
 * Destroys a client that is about to connect, now or later: at once where it waits or is connected, else when the attempt under way has
 * come to its end, because the package would leave the socket open that it is making.
 */
export function destroyer(own: Pick<Listening, 'isOpen' | 'on' | 'destroy'>): () => void {
  let isConnecting = true;
  let isWanted = false;
  const ended = (): void => {
    isConnecting = false;
    if (isWanted && own.isOpen) own.destroy();
  };
  own.on('connect', ended);
  own.on('error', ended); // without a listener the process would end; a client goes on by itself, or `connect` rejects
  own.on('reconnecting', () => (isConnecting = true));
  return () => {
    isWanted = true;
    if (!isConnecting && own.isOpen) own.destroy();
  };
}
