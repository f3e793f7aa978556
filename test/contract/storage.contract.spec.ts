import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Cluster, Redis } from 'ioredis';
import { connectorStorage, MemoryStorage, type StorageScope } from '../../lib/storage/index.js';
import { RedisStorage } from '../../lib/entries/redis.js';
import { storageContract } from '../../lib/entries/contract.js';
import { clusterMeanwhile } from '../redis/cluster-meanwhile.js';
import { RedisServer } from '../redis/redis-server.js';
import { asyncConnector, syncConnector } from '../storage/connectors.js';

const removes = { removes: true };

const cluster = clusterMeanwhile();

describe('MemoryStorage', () => storageContract({ describe, it }, () => new MemoryStorage(), removes));

describe('RedisStorage', () => {
  let server: RedisServer;
  beforeAll(async () => void (server = await RedisServer.start()));
  afterAll(() => server.stop());

  describe('by URL', () => storageContract(it, () => new RedisStorage({ url: server.url }), removes));

  describe("with layout: 'per-feature'", () => {
    storageContract(
      it,
      (scope) => new RedisStorage({ url: server.url, layout: 'per-feature', prefix: prefixOf(scope) }),
    );
  });

  const nearCache = { maxUsers: 1_000 };
  describe('with a near cache', () => {
    storageContract(it, () => new RedisStorage({ url: server.url, nearCache }), removes);
    describe("and layout: 'per-feature'", () => {
      storageContract(
        it,
        (scope) => new RedisStorage({ url: server.url, layout: 'per-feature', prefix: prefixOf(scope), nearCache }),
      );
    });
  });

  describe("with the user's client", () => {
    let client: Redis;
    beforeAll(() => void (client = server.client()));
    storageContract(it, () => new RedisStorage({ client }), removes);
  });

  describe('with a client that maps replies, prefixes keys and pipelines by itself', () => {
    let client: Redis;
    const options = { replyMapping: 'resp3', keyPrefix: 'shop:', enableAutoPipelining: true } as const;
    beforeAll(() => void (client = server.client(options)));
    storageContract(it, () => new RedisStorage({ client }), removes);
    describe("and layout: 'per-feature'", () => {
      storageContract(it, (scope) => new RedisStorage({ client, layout: 'per-feature', prefix: prefixOf(scope) }));
    });
  });

  describe('with a client that speaks RESP2', () => {
    let client: Redis;
    beforeAll(() => void (client = server.client({ protocol: 2, lazyConnect: true })));
    storageContract(it, () => new RedisStorage({ client }), removes);
  });
});

// get and set are two steps: see StorageContractOptions.
const asConnectorsCan = { comparesInOneStep: false };

describe('connectorStorage, synchronous', () => {
  storageContract(it, () => connectorStorage(syncConnector()), asConnectorsCan);
});

describe('connectorStorage, asynchronous', () => {
  storageContract(it, () => connectorStorage(asyncConnector()), asConnectorsCan);
});

describe('RedisStorage in a cluster of three', () => {
  let client: Cluster;
  beforeAll(async () => void (client = (await cluster()).client()));

  storageContract(it, () => new RedisStorage({ client }), removes);
  describe("with layout: 'per-feature'", () => {
    storageContract(it, (scope) => new RedisStorage({ client, layout: 'per-feature', prefix: prefixOf(scope) }));
  });
});

/** Keys of the layout 'per-feature' know no account and no environment: the prefix keeps them apart. */
function prefixOf({ accountId, environment }: StorageScope): string {
  return `${accountId}:${environment}:`;
}
