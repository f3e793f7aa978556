import { afterAll, beforeAll } from '@jest/globals';
import { RedisCluster } from './redis-cluster.js';

/**
 * A cluster takes seconds to come up. This one does so while other tests of the file run: it is started before all of them, and
 * stopped after them.
 */
export function clusterMeanwhile(): () => Promise<RedisCluster> {
  let starting: Promise<RedisCluster>;
  beforeAll(() => {
    starting = RedisCluster.start();
    starting.catch(() => undefined); // whoever asks for it is told
  });
  afterAll(async () => (await starting).stop());
  return () => starting;
}
