import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { StorageScope } from '../../lib/storage/index.js';
import { RedisStorage } from '../../lib/entries/redis.js';
import { storageContract } from '../../lib/entries/contract.js';
import { destroyClients, type NodeRedis, nodeRedis, nodeRedisCluster, VERSIONS } from '../redis/node-redis.js';
import { clusterMeanwhile } from '../redis/cluster-meanwhile.js';
import { RedisServer } from '../redis/redis-server.js';

const removes = { removes: true };

const cluster = clusterMeanwhile();

describe.each(VERSIONS)('RedisStorage with a client of %s', (_name, redis) => {
  let server: RedisServer;
  let client: NodeRedis;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = nodeRedis(redis, server);
  });
  afterAll(async () => {
    destroyClients();
    await server.stop();
  });

  storageContract(it, () => new RedisStorage({ client }), removes);

  describe("with layout: 'per-feature'", () => {
    storageContract(it, (scope) => new RedisStorage({ client, layout: 'per-feature', prefix: prefixOf(scope) }));
  });

  describe.each([[2], [3]] as const)('that speaks RESP%i and maps replies to other types', (RESP) => {
    const { BLOB_STRING, MAP } = redis.RESP_TYPES;
    const typeMapping = { [BLOB_STRING]: Buffer, [MAP]: Map };
    let mapping: NodeRedis;
    beforeAll(() => void (mapping = nodeRedis(redis, server, { RESP, commandOptions: { typeMapping } } as object)));
    storageContract(it, () => new RedisStorage({ client: mapping }), removes);
  });
});

describe('RedisStorage in a cluster of three', () => {
  afterAll(destroyClients);

  describe.each(VERSIONS)('with a cluster client of %s', (_name, redis) => {
    let client: NodeRedis;
    beforeAll(async () => void (client = nodeRedisCluster(redis, await cluster())));

    storageContract(it, () => new RedisStorage({ client }), removes);
    describe("with layout: 'per-feature'", () => {
      storageContract(it, (scope) => new RedisStorage({ client, layout: 'per-feature', prefix: prefixOf(scope) }));
    });
  });
});

/** Keys of the layout 'per-feature' know no account and no environment: the prefix keeps them apart. */
function prefixOf({ accountId, environment }: StorageScope): string {
  return `${accountId}:${environment}:`;
}
