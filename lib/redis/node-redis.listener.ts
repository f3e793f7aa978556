import { inNeutralContext } from '../common/index.js';
import type { RedisHeard, RedisListener } from './redis.subscription.js';

/** What is used of the second client that the package `redis` makes from a first one: of `createClient` or of `createCluster`. */
interface Listening {
  readonly isOpen: boolean;
  /** Of a cluster. */
  readonly masters?: readonly unknown[];
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: () => void): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  destroy(): void;
}

export function nodeRedisListener(client: { duplicate?(): unknown }, channel: string, told: RedisHeard): RedisListener {
  const own = client.duplicate?.() as Listening;
  let closed = false;
  const unlessClosed = (work: () => void) => (): void => {
    if (!closed) work();
  };
  const heard = unlessClosed(told.heard);
  const lost = unlessClosed(told.lost);
  const listen = async (): Promise<void> => {
    await own.connect();
    await own.subscribe(channel, heard);
    own.on('ready', heard); // from now on: it has connected again, and subscribed by itself
    heard();
  };
  const destroy = destroyer(own);
  own.on('end', lost);
  // Its socket belongs to no request, whoever was the first to need it.
  inNeutralContext(listen).catch(lost);
  return {
    close: () => {
      closed = true;
      destroy();
    },
  };
}

/**
 * Destroys a client that is about to connect, now or later: at once where it waits or is connected, else when the attempt under way has
 * come to its end, because the package would leave the socket open that it is making.
 */
function destroyer(own: Listening): () => void {
  let isConnecting = true;
  let isWanted = false;
  const ended = (): void => {
    isConnecting = false;
    if (isWanted && own.isOpen) own.destroy();
  };
  own.on('connect', ended);
  // Without a listener the process would end. A client goes on by itself, or `connect` rejects; a cluster says it of each node.
  own.on('error', own.masters ? (): void => undefined : ended);
  own.on('reconnecting', () => (isConnecting = true));
  return () => {
    isWanted = true;
    if (!isConnecting && own.isOpen) own.destroy();
  };
}
