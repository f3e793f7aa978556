import { inNeutralContext } from '../common/index.js';
import type { RedisHeard, RedisListener } from './redis.subscription.js';

/** What is used of the second client that the package `redis` makes from a first one: of `createClient` or of `createCluster`. */
interface Listening {
  readonly isOpen: boolean;
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
  own.on('error', () => undefined); // it goes on by itself, or `connect` rejects; without a listener the process would end
  own.on('end', lost);
  // Its socket belongs to no request, whoever was the first to need it.
  inNeutralContext(listen).catch(lost);
  return {
    close: () => {
      closed = true;
      if (own.isOpen) own.destroy();
    },
  };
}
