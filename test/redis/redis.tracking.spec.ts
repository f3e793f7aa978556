import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LinkTold, RedisNode } from '../../lib/redis/redis.node.js';
import type { RedisPort } from '../../lib/redis/redis.port.js';
import { RedisTracking } from '../../lib/redis/redis.tracking.js';
import { MovedClock } from '../common/moved-clock.js';
import { turns } from '../common/waiting.js';

/** A server that answers when the test lets it. */
class Server {
  runId = 'run-1';
  answers = true;
  links: LinkTold[] = [];
  closed = 0;
  prefixes: string[] = [];
  private waiting: (() => void)[] = [];
  private lost = new Set<() => void>();

  readonly node: RedisNode = {
    client: {},
    runId: () => Promise.resolve(this.runId),
    onLost: (listener) => {
      this.lost.add(listener);
      return () => void this.lost.delete(listener);
    },
    link: (told) => {
      this.links.push(told);
      return {
        begin: async (prefix) => (this.prefixes.push(prefix), await this.answer(), 'run-1'),
        ping: () => this.answer(),
        close: () => void (this.closed += 1),
      };
    },
  };

  goOn(): void {
    this.answers = true;
    for (const answer of this.waiting.splice(0)) answer();
  }

  lose(): void {
    for (const listener of [...this.lost]) listener();
  }

  get listeners(): number {
    return this.lost.size;
  }

  private answer(): Promise<void> {
    return this.answers ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }
}

let clock: MovedClock;
let servers: Server[];
let said: string[];
let tracking: RedisTracking;
beforeEach(async () => {
  [clock, servers, said] = [new MovedClock(), [new Server()], []];
  await begin();
});
afterEach(() => tracking.close());

async function begin(): Promise<void> {
  const port = { state: 'ready', keyPrefix: 'shop:', nodes: () => servers.map(({ node }) => node) };
  tracking = new RedisTracking(
    () => Promise.resolve(port as unknown as RedisPort),
    'vwo:',
    {
      changed: (keys) => said.push(keys ? keys.join(' ') : 'all'),
      turned: (stands) => said.push(stands ? 'stands' : 'is gone'),
      failed: (why, isRefused) => said.push(`${isRefused ? 'refused' : 'failed'}: ${why}`),
    },
    clock,
  );
  await turns();
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    clock.move(100);
    await turns();
  }
}

const first = (): Server => servers[0] as Server;

describe('being told of changes by Redis', () => {
  it('stands, is proved again and again, and tells keys without what the client puts before them', async () => {
    await pass(60_000);
    expect(tracking.isProven).toBe(true);
    first().links[0]?.changed(['shop:vwo:a', 'shop:vwo:b']);
    first().links[0]?.changed(undefined);
    expect(said).toEqual(['stands', 'vwo:a vwo:b', 'all']);
    expect(first().prefixes).toEqual(['shop:vwo:']);
  });

  it('is not proved after three seconds without an answer, and is over after that', async () => {
    first().answers = false;
    await pass(3_000);
    expect(tracking.isProven).toBe(false);
    expect(said).toEqual(['stands']);
    await pass(2_000);
    expect(said).toEqual(['stands', 'is gone', 'failed: no answer within 3000 ms']);
    expect(first().closed).toBe(1);
    first().goOn();
    await pass(5_000);
    expect(tracking.isProven).toBe(true);
  });

  it('is not over where this process stood still, and the answer waits to be read', async () => {
    clock.move(3_500); // nothing is read meanwhile
    expect(tracking.isProven).toBe(false);
    await turns();
    expect(tracking.isProven).toBe(true);
    await pass(1_000);
    expect(said).toEqual(['stands']);
  });

  it('does not stand while one of several servers does not tell', async () => {
    tracking.close();
    servers = [new Server(), new Server()];
    (servers[1] as Server).answers = false;
    await begin();
    await pass(2_000);
    expect(tracking.isProven).toBe(false);
    (servers[1] as Server).goOn();
    await turns();
    expect(tracking.isProven).toBe(true);
  });

  it('does not stand where another server answers than the one that tells', async () => {
    first().lose();
    first().runId = 'run-2';
    await pass(10_000);
    expect(tracking.isProven).toBe(false);
    expect(said.slice(0, 3)).toEqual(['stands', 'is gone', 'failed: One address leads to two servers']);
    first().runId = 'run-1';
    await pass(10_000);
    expect(tracking.isProven).toBe(true);
  });

  it.each<[string, () => void]>([
    ['the connection for commands is lost', () => first().lose()],
    ['the connection that tells is lost', () => first().links[0]?.lost()],
    ['commands may go to another server, too', () => void servers.push(new Server())],
  ])('stands anew after %s', async (_what, happens) => {
    happens();
    tracking.isComplete();
    expect(said).toEqual(['stands', 'is gone']);
    expect(tracking.isProven).toBe(false);
    first().links[0]?.changed(['shop:vwo:late']);
    await pass(2_000);
    expect(said).toEqual(['stands', 'is gone', 'stands']);
    expect(first().listeners).toBe(1);
  });

  it('says that Redis refuses', () => {
    first().links[0]?.lost(new Error('NOPERM this user has no permissions'));
    expect(said).toEqual(['stands', 'is gone', 'refused: NOPERM this user has no permissions']);
  });

  it('leaves nothing behind when it is closed', async () => {
    tracking.close();
    expect(clock.timers).toEqual([]);
    expect(first()).toMatchObject({ closed: 1, listeners: 0 });
    first().links[0]?.changed(['shop:vwo:late']);
    await pass(10_000);
    expect(said).toEqual(['stands', 'is gone']);
  });
});
