import { createServer } from 'node:net';
import { environment, output, RunningProcess } from './processes.mjs';

const env = environment(process.execPath);

/** A redis-server on 127.0.0.1 that keeps nothing on disk. */
export class Redis {
  #server;
  #port;

  static async start(cwd) {
    const port = await freePort();
    const redis = new Redis(port, cwd);
    await redis.#server.prints(/Ready to accept connections/);
    return redis;
  }

  constructor(port, cwd) {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.#server = new RunningProcess('redis-server', args, { cwd, env });
    this.#port = port;
  }

  get url() {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** The keys that fit. */
  async keys(pattern) {
    const printed = await output('redis-cli', ['-p', String(this.#port), '--raw', 'KEYS', pattern], { cwd: '/', env });
    return printed.split('\n').filter((key) => key !== '');
  }

  async stop() {
    this.#server.signal('SIGKILL');
    await this.#server.ended;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
