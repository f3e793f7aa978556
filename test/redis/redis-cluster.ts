import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from '@jest/globals';
import { Cluster, type ClusterOptions } from 'ioredis';
import { eventually } from '../common/waiting.js';
import { RedisServer } from './redis-server.js';

const run = promisify(execFile);
const CLI = process.env['REDIS_CLI'] ?? 'redis-cli';

/** A real Redis Cluster of three masters on 127.0.0.1. */
export class RedisCluster {
  private readonly clients: Cluster[] = [];

  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    try {
      for (let i = 0; i < 3; i++) nodes.push(await RedisServer.start('--cluster-enabled', 'yes'));
      const addresses = nodes.map((node) => `127.0.0.1:${node.port}`);
      await run(CLI, ['--cluster', 'create', ...addresses, '--cluster-yes']);
      await Promise.all(nodes.map(serving));
      return new RedisCluster(nodes);
    } catch (error) {
      await Promise.all(nodes.map((node) => node.stop()));
      throw error;
    }
  }

  /** A client that `stop` closes. */
  client(options: ClusterOptions = {}): Cluster {
    const client = new Cluster(
      this.nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
      options,
    );
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

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

/** Settles when this node knows that all slots are served. */
async function serving(node: RedisServer): Promise<void> {
  const client = node.client();
  const isOk = async (): Promise<boolean> => String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
  await eventually(isOk, `all slots from the cluster node on port ${node.port}`);
}
