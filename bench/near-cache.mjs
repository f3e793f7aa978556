import { setTimeout as pause } from 'node:timers/promises';

/** Until a round of visits asks Redis for nobody. */
export async function untilNear(client, visits) {
  for (let round = 0; round < 100; round += 1) {
    const { misses } = client.stats().storage.nearCache;
    await visits();
    const now = client.stats().storage.nearCache;
    if (now.misses === misses && now.stands) return;
    await pause(20);
  }
  throw new Error('the users of the benchmark do not stay in the near cache');
}
