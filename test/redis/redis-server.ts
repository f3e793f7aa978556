import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { TIMEOUT_MS } from '../common/waiting.js';
import { freePort } from './free-port.js';

/** The binary under test; set it to try another version. */
const BINARY = process.env['REDIS_SERVER'] ?? 'redis-server';

/** Runs Redis, and kills it when whoever started it is gone, however that happened: standard input ends then. */
const GUARD = `
trap '' PIPE
exec 3<&0
"$@" & redis=$!
echo "pid $redis"
{ cat <&3 >/dev/null; kill -9 $redis; } 2>/dev/null &
wait $redis
rm -rf "$DIRECTORY"
`;

/** A real Redis of a test's own, on a free port of 127.0.0.1, that writes nothing to disk. */
export class RedisServer {
  private readonly clients: Redis[] = [];
  private running: RunningRedis | undefined;

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
  ) {}

  static async start(...options: string[]): Promise<RedisServer> {
    for (let tries = 0; ; tries++) {
      const server = new RedisServer(await freePort(), options);
      try {
        await server.up();
        return server;
      } catch (error) {
        const taken = error instanceof Error && /Address already in use|Failed listening on port/.test(error.message);
        if (!taken || tries === 5) throw error;
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** A client that `stop` closes. */
  client(options: RedisOptions = {}): Redis {
    const client = new Redis(this.port, '127.0.0.1', options);
    client.on('error', () => undefined); // tests take Redis away on purpose
    this.clients.push(client);
    return client;
  }

  /** Starts it (again), empty, on the same port. */
  async up(): Promise<void> {
    this.running = await RunningRedis.start(this.port, this.options);
  }

  /** Kills it like a crash. */
  async crash(): Promise<void> {
    await this.running?.kill();
    this.running = undefined;
  }

  /** Holds it still: connections stay open and nothing answers, until `thaw`. */
  freeze(): void {
    this.running?.signal('SIGSTOP');
  }

  thaw(): void {
    this.running?.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await this.crash();
  }
}

class RunningRedis {
  private constructor(
    private readonly guard: ChildProcess,
    private readonly pid: number,
    private readonly gone: Promise<unknown>,
  ) {}

  static async start(port: number, options: readonly string[]): Promise<RunningRedis> {
    const directory = await mkdtemp(join(tmpdir(), 'vwo-redis-'));
    const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory];
    const nothingOnDisk = ['--save', '', '--appendonly', 'no'];
    const guard = spawn('sh', ['-c', GUARD, 'sh', BINARY, ...where, ...nothingOnDisk, ...options], {
      env: { ...process.env, DIRECTORY: directory },
    });
    const gone = new Promise((resolve) => guard.once('exit', resolve));
    void gone.then(() => guard.stdin.end());
    try {
      const pid = await ready(guard);
      return new RunningRedis(guard, pid, gone);
    } catch (error) {
      guard.stdin.end();
      await gone;
      throw error;
    }
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  async kill(): Promise<void> {
    this.guard.stdin?.end();
    await this.gone;
  }
}

/** The process id of Redis, once it takes connections. */
function ready(guard: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (): void => {
      clearTimeout(timer);
      const missing = /not found/.test(said);
      reject(
        new Error(
          missing
            ? `These tests need a real Redis, and there is no ${BINARY} here. Install it (apt-get install redis-server, ` +
                'brew install redis) or name the binary in the environment variable REDIS_SERVER.'
            : `${BINARY} did not start:\n${said}`,
        ),
      );
    };
    const timer = setTimeout(fail, TIMEOUT_MS);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const pid = /^pid (\d+)$/m.exec(said)?.[1];
      if (!pid || !said.includes('eady to accept connections')) return;
      clearTimeout(timer);
      guard.off('exit', fail);
      resolve(Number(pid));
    };
    guard.stdout?.on('data', hear);
    guard.stderr?.on('data', hear);
    guard.once('exit', fail);
  });
}
