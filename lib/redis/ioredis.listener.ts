import { inNeutralContext } from '../common/index.js';
import type { RedisHeard, RedisListener } from './redis.subscription.js';

/** What is used of the second client that ioredis makes from a first one: a `Redis` or a `Cluster`. */
interface Listening {
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  removeAllListeners(): unknown;
  disconnect(): void;
}

/** What is used of the first one. */
export interface Doubled {
  /** Keys of one command must live on one node then. */
  readonly isCluster?: boolean;
  duplicate?(...overrides: unknown[]): unknown;
}

/** Commands wait for the connection; time-outs are for commands of another kind. */
const OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  socketTimeout: undefined,
  keyPrefix: '',
};

export function ioredisListener(client: Doubled, channel: string, { heard, lost }: RedisHeard): RedisListener {
  const own = doubled(client);
  const subscribe = (): void => void own.subscribe(channel).then(heard, nothing);
  own.on('error', nothing);
  own.on('message', heard);
  own.on('ready', subscribe);
  own.on('end', lost);
  // Its socket belongs to no request, whoever was the first to need it.
  inNeutralContext(() => own.connect()).catch(nothing);
  return {
    close: () => {
      own.removeAllListeners();
      own.on('error', nothing);
      own.disconnect();
    },
  };
}

/** ioredis goes on by itself, or says `end`. Without a listener it would print every failed attempt. */
function nothing(): void {}

function doubled(client: Doubled): Listening {
  return client.duplicate?.(...(client.isCluster ? [[], { lazyConnect: true }] : [OPTIONS])) as Listening;
}
