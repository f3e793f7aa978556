import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import { RedisSettingsStore, type RedisSettingsStoreOptions } from '../../../lib/entries/redis.js';
import { eventually } from '../../common/waiting.js';
import { clusterMeanwhile } from '../../redis/cluster-meanwhile.js';
import { destroyClients, type NodeRedis, nodeRedis, nodeRedisCluster, VERSIONS } from '../../redis/node-redis.js';
import type { RedisCluster } from '../../redis/redis-cluster.js';
import { RedisServer } from '../../redis/redis-server.js';
import { ADDRESS } from '../store/stored.fixture.js';

const cluster = clusterMeanwhile();
const [[, redis5], [, redis6]] = VERSIONS;
const CHANNEL = `vwo-settings:fme:123456:${ADDRESS.environment}`;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
  destroyClients();
});

async function redis(...options: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...options);
  ends.push(() => server.stop());
  return server;
}

/** How often a store over these options was told of something. */
async function listening(options: RedisSettingsStoreOptions): Promise<{ times: number }> {
  const told = watching(options);
  await eventually(() => told.times > 0, 'it listens');
  return told;
}

function watching(options: RedisSettingsStoreOptions): { times: number } {
  const told = { times: 0 };
  ends.push(new RedisSettingsStore(options).watch(ADDRESS, () => void (told.times += 1)));
  return told;
}

/** Until what is published is heard: whoever listens, or will. */
async function hears(told: { times: number }, admin: Redis): Promise<void> {
  const before = told.times;
  await eventually(async () => (await admin.publish(CHANNEL, ''), told.times > before), 'a notice');
}

const USER = ['app', 'on', '>word', '~vwo-settings:*', '+@all'] as const;
const ways: [string, (server: RedisServer) => RedisSettingsStoreOptions][] = [
  ['a URL', ({ port }) => ({ url: `redis://app:word@127.0.0.1:${port}` })],
  ['ioredis', (server) => ({ client: server.client({ username: 'app', password: 'word' }) })],
  ['redis 5', (server) => ({ client: nodeRedis(redis5, server, { username: 'app', password: 'word' }) })],
  ['redis 6', (server) => ({ client: nodeRedis(redis6, server, { username: 'app', password: 'word' }) })],
];

describe.each(ways)('notices over %s', (_name, options) => {
  it('need no more rights than docs/settings.md says', async () => {
    const server = await redis();
    const rights = /`(~vwo-settings:\* [^`]*)`/.exec(readFileSync('docs/settings.md', 'utf8'))?.[1] ?? '';
    await server.client().call('ACL', 'SETUSER', 'app', 'on', '>word', 'resetchannels', ...rights.split(' '));
    const store = new RedisSettingsStore(options(server));
    const told = { times: 0 };
    ends.push(store.watch(ADDRESS, () => void (told.times += 1)));
    await eventually(() => told.times > 0, 'it listens');
    await store.save(ADDRESS, { settings: '{}', age: 0 });
    await eventually(() => told.times > 1, 'a notice');
    expect(await store.load(ADDRESS)).toMatchObject({ settings: '{}' });
    expect(await store.claim(ADDRESS, 60_000)).toBe(true);
  });

  it('are heard as soon as the user of Redis may subscribe', async () => {
    const server = await redis();
    const admin = server.client();
    await admin.call('ACL', 'SETUSER', ...USER, 'resetchannels');
    const told = watching(options(server));
    await eventually(async () => /channel/.test(String(await admin.call('ACL', 'LOG'))), 'Redis has refused');
    expect(told.times).toBe(0);
    await admin.call('ACL', 'SETUSER', 'app', '&vwo-settings:*');
    await hears(told, admin);
  });

  it('are heard again after that right was taken and given back, and no rejection is left unhandled', async () => {
    const server = await redis();
    const admin = server.client();
    await admin.call('ACL', 'SETUSER', ...USER, 'allchannels');
    const told = await listening(options(server));
    await admin.call('ACL', 'LOG', 'RESET');
    await admin.call('ACL', 'SETUSER', 'app', 'resetchannels');
    await eventually(async () => /channel/.test(String(await admin.call('ACL', 'LOG'))), 'Redis has refused');
    await admin.call('ACL', 'SETUSER', 'app', 'allchannels');
    await hears(told, admin);
  });
});

it('notices are heard again when the client has learnt the new password', async () => {
  const server = await redis();
  const admin = server.client();
  await admin.call('ACL', 'SETUSER', ...USER, 'allchannels');
  const client = server.client({ username: 'app', password: 'word' });
  const told = await listening({ client });
  await admin.call('ACL', 'SETUSER', 'app', 'resetpass', '>another');
  client.options.password = 'another';
  await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await hears(told, admin);
});

it('a connection that listens is tried while it is silent, as its other end may be gone', async () => {
  const server = await redis();
  const tried = jest.spyOn(Socket.prototype, 'setKeepAlive');
  await listening({ url: server.url });
  expect(tried.mock.calls).toContainEqual([true, 10_000]);
});

it.each<[string, (server: RedisServer) => Redis | NodeRedis]>([
  ['ioredis', (server) => server.client({ lazyConnect: true })],
  ['redis 6', (server) => nodeRedis(redis6, server)],
])('one client of %s may have many stores, and is listened to once', async (_name, connect) => {
  const client = connect(await redis());
  const told = Array.from({ length: 12 }, () => watching({ client: client as NodeRedis }));
  await eventually(() => client.listenerCount('ready') > 0, 'the first connection');
  expect(Math.max(...['ready', 'close', 'end', 'error'].map((event) => client.listenerCount(event)))).toBeLessThan(5);
  await eventually(() => told.every(({ times }) => times > 0), 'all listen');
});

describe.each<[string, (nodes: RedisCluster) => RedisSettingsStoreOptions]>([
  ['ioredis', (nodes) => ({ client: nodes.client() })],
  ['ioredis with a prefix', (nodes) => ({ client: nodes.client({ redisOptions: { keyPrefix: 'shop:' } }) })],
  ['redis 5', (nodes) => ({ client: nodeRedisCluster(redis5, nodes) })],
  ['redis 6', (nodes) => ({ client: nodeRedisCluster(redis6, nodes) })],
])('a Cluster over %s', (_name, options) => {
  it('is looked into again when the connection that listens was lost', async () => {
    const nodes = await cluster();
    const told = await listening(options(nodes));
    const before = told.times;
    for (const node of nodes.nodes) await node.client().call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => told.times > before, 'it looks again');
  });
});

it('another node of a Cluster is listened to where one has gone for good', async () => {
  const nodes = await cluster();
  const watchers = [{ client: nodes.client() }, { client: nodeRedisCluster(redis6, nodes) }];
  const told = await Promise.all(watchers.map(listening));
  const listenedTo = async (node: RedisServer): Promise<boolean> =>
    Number(((await node.client().call('PUBSUB', 'NUMSUB', CHANNEL)) as unknown[])[1]) > 0;
  for (const node of nodes.nodes) if (await listenedTo(node)) await node.crash();
  await eventually(() => told.every(({ times }) => times > 1), 'both listen to another one');
});
