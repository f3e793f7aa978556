import { inNeutralContext } from '../../common/index.js';

/** What is used of ioredis 5 and 6: its `Redis` and its `Cluster` both fit. */
export interface RedisClient {
  readonly status: string;
  /** Keys of one command must live on one node then. */
  readonly isCluster?: boolean;
  connect(): Promise<void>;
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  /** Of a `Cluster`: one connection for each node, made when it is first needed. */
  nodes?(): readonly Pick<RedisClient, 'call'>[];
}

/** States of ioredis from which it may be ready in a moment. */
const COMING_UP = new Set(['wait', 'connecting', 'connect']);

export function isComingUp({ status }: RedisClient): boolean {
  return COMING_UP.has(status);
}

/** The next attempt is only a matter of time. */
export function isBetweenAttempts({ status }: RedisClient): boolean {
  return status === 'reconnecting';
}

/** Whether the connection that is being made becomes ready, or whether the attempt fails. Starts one that waits for its first use. */
export function becomesReady(client: RedisClient): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isReady: boolean) => (): void => {
      client.off('ready', ready);
      client.off('close', gone);
      client.off('end', gone);
      resolve(isReady);
    };
    const ready = settle(true);
    const gone = settle(false);
    client.once('ready', ready);
    client.once('close', gone);
    client.once('end', gone);
    // Its socket and its later attempts belong to no request, whoever was the first to need them.
    if (client.status === 'wait') inNeutralContext(() => client.connect()).catch(gone);
  });
}
