import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuardedServer } from '../common/guarded-server.js';
import { freePort } from './free-port.js';
import type { RedisServer } from './redis-server.js';

/** The name by which a sentinel knows its primary. */
export const PRIMARY = 'primary';

/** After this long without an answer a primary is given up, in ms. */
const DOWN_AFTER_MS = 500;

/** A real Redis Sentinel, alone, that watches one primary and promotes its replica. */
export class RedisSentinel {
  private constructor(
    readonly port: number,
    private readonly running: GuardedServer,
  ) {}

  static async start(primary: RedisServer): Promise<RedisSentinel> {
    const port = await freePort();
    const running = await GuardedServer.start({
      binary: process.env['REDIS_SERVER'] ?? 'redis-server',
      args: (folder) => [configured(folder, port, primary), '--sentinel'],
      ready: '+monitor',
      missing: 'redis-server is not installed',
    });
    return new RedisSentinel(port, running);
  }

  stop(): Promise<void> {
    return this.running.kill();
  }
}

/** A sentinel rewrites its file. */
function configured(folder: string, port: number, primary: RedisServer): string {
  const file = join(folder, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${PRIMARY} 127.0.0.1 ${primary.port} 1`,
    `sentinel down-after-milliseconds ${PRIMARY} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${PRIMARY} 5000`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
