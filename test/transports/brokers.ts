import { GuardedServer } from '../common/guarded-server.js';
import { RedisServer } from '../redis/redis-server.js';

/** The binary under test; set it to try another version. */
const NATS = process.env['NATS_SERVER'] ?? 'nats-server';

let redis: Promise<RedisServer> | undefined;
let nats: Promise<GuardedServer> | undefined;

/** One Redis for all that come by it. */
export function redisServer(): Promise<RedisServer> {
  return (redis ??= RedisServer.start());
}

/** The address of a NATS for all that come by it, on a port of its own choice. */
export async function natsAddress(): Promise<string> {
  nats ??= GuardedServer.start({
    binary: NATS,
    args: () => ['--addr', '127.0.0.1', '--port', '-1'],
    ready: 'Server is ready',
    missing:
      `These tests need a real NATS, and there is no ${NATS} here. Install it (apt-get install nats-server, ` +
      'brew install nats-server) or name the binary in the environment variable NATS_SERVER.',
  });
  const { said } = await nats;
  const address = /Listening for client connections on (\S+)/.exec(said)?.[1];
  if (!address) throw new Error(`${NATS} does not say where it listens:\n${said}`);
  return address;
}

export async function stopBrokers(): Promise<void> {
  await (await redis)?.stop();
  await (await nats)?.kill();
  redis = nats = undefined;
}
