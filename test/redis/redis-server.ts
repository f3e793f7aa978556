import { Redis, type RedisOptions } from 'ioredis';
import { GuardedServer } from '../common/guarded-server.js';
import { freePort } from './free-port.js';

/** The binary under test; set it to try another version. */
const BINARY = process.env['REDIS_SERVER'] ?? 'redis-server';

/** How long ioredis waits for a connection to end, and holds the process: also for one that has ended long ago. */
export const DISCONNECT_MS = 10;

/** A real Redis of a test's own, on a free port of 127.0.0.1, that writes nothing to disk. */
export class RedisServer {
  private readonly clients: Redis[] = [];
  private running: GuardedServer | undefined;

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
    const client = new Redis(this.port, '127.0.0.1', { disconnectTimeout: DISCONNECT_MS, ...options });
    client.on('error', () => undefined); // tests take Redis away on purpose
    this.clients.push(client);
    return client;
  }

  /** Starts it (again), empty, on the same port. */
  async up(): Promise<void> {
    this.running = await started(this.port, this.options);
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

function started(port: number, options: readonly string[]): Promise<GuardedServer> {
  return GuardedServer.start({
    binary: BINARY,
    args: (folder) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--save', '', '--appendonly', 'no'],
      ...options,
    ],
    ready: 'eady to accept connections',
    missing:
      `These tests need a real Redis, and there is no ${BINARY} here. Install it (apt-get install redis-server, ` +
      'brew install redis) or name the binary in the environment variable REDIS_SERVER.',
  });
}
