import { setTimeout as pause } from 'node:timers/promises';
import { RedisStorage } from '../../lib/entries/redis.js';
import type { StoredDecision } from '../../lib/model/index.js';
import { RedisServer } from '../redis/redis-server.js';
import { Child } from './child.js';
import { KEY, SCOPE, USER } from './near-user.js';
import type { ReaderSaid } from './near-reader.process.js';

export interface NearCacheResult {
  readonly times: number;
  /** Until the other process found what was written, in ms: from when it was written, and from when Redis had answered that. */
  readonly fromWrite: readonly number[];
  readonly fromAnswer: readonly number[];
}

/** One process writes the records of a user whom another has in its near cache, and looks at all the while. */
export async function nearCache(options: { readonly times: number }): Promise<NearCacheResult> {
  const server = await RedisServer.start();
  const reader = new Child<ReaderSaid>('near-reader.process.ts', { url: server.url });
  const writer = new RedisStorage({ url: server.url, ...SCOPE });
  try {
    await reader.says((said) => said.kind === 'stands');
    const fromWrite: number[] = [];
    const fromAnswer: number[] = [];
    let before: StoredDecision | undefined;
    for (let experiment = 0; experiment <= options.times; experiment++) {
      const found = reader.says((said) => said.kind === 'found');
      const near = reader.says((said) => said.kind === 'near');
      reader.ask(String(experiment));
      await pause(2); // it looks at the near cache by now
      const record = { featureKey: KEY, userId: USER, experimentId: experiment };
      const began = process.hrtime.bigint();
      await writer.save(USER, [{ key: KEY, record, replaces: before }]);
      const answered = process.hrtime.bigint();
      const at = BigInt((await found).at);
      // The first one was not in the near cache before.
      if (experiment > 0) {
        fromWrite.push(Number(at - began) / 1e6);
        fromAnswer.push(Number(at - answered) / 1e6);
      }
      before = record;
      await near;
    }
    return { ...options, fromWrite, fromAnswer };
  } finally {
    reader.signal('SIGKILL');
    await reader.ended;
    await writer.close();
    await server.stop();
  }
}
