import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Cluster, type ClusterOptions } from 'ioredis';
import { eventually } from '../common/waiting.js';
import { DISCONNECT_MS, RedisServer } from './redis-server.js';

const run = promisify(execFile);
const CLI = process.env['REDIS_CLI'] ?? 'redis-cli';

/** A real Redis Cluster of three masters on 127.0.0.1, each with as many replicas as asked for. */
export class RedisCluster {
  private readonly clients: Cluster[] = [];

  private constructor(readonly nodes: readonly RedisServer[]) {}

  /** @param replicas of each master */
  static async start(replicas = 0, ...options: string[]): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    try {
      for (let i = 0; i < 3 * (1 + replicas); i++)
        nodes.push(await RedisServer.start('--cluster-enabled', 'yes', ...options));
      const addresses = nodes.map((node) => `127.0.0.1:${node.port}`);
      await run(CLI, ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes']);
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
      { ...options, redisOptions: { disconnectTimeout: DISCONNECT_MS, ...options.redisOptions } },
    );
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  /** Gives so many slots of one master to another, while both serve. */
  async moveSlots(count: number): Promise<void> {
    const [first] = this.nodes;
    const masters = String(await first?.client().call('CLUSTER', 'NODES'))
      .split('\n')
      .filter((line) => line.includes('master') && !line.includes('fail'));
    const [from, to] = masters.map((line) => line.split(' ')[0] ?? '');
    const arguments_ = ['--cluster-from', from ?? '', '--cluster-to', to ?? '', '--cluster-slots', String(count)];
    await run(CLI, ['--cluster', 'reshard', `127.0.0.1:${first?.port}`, ...arguments_, '--cluster-yes']);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

/** Settles when this node knows that all slots are served. */
async function serving(node: RedisServer): Promise<void> {
  const client = node.client();
  const isOk = async (): Promise<boolean> => String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
  await eventually(isOk, `all slots from the cluster node on port ${node.port}`);
}
