import type { Redis } from 'ioredis';
import { freePort } from '../redis/free-port.js';
import type { Stage, StageKind } from './stage.js';

/** Something that goes wrong for a while. */
export interface Fault {
  readonly name: string;
  /** Whether it stands when the application starts. */
  readonly fromStart?: boolean;
  /** @default one server */
  readonly stage?: StageKind;
  /** The application has a near cache. */
  readonly nearCache?: boolean;
  /** SIGTERM comes while requests do. */
  readonly stopsUnderLoad?: boolean;
  /** Why decisions may be lost that were shown: the server itself loses them. */
  readonly loses?: string;
  begin(stage: Stage): unknown;
  /** Without it: the servers end it themselves. */
  end?(stage: Stage): unknown;
}

const SLOW_MS = 300;
const RESET_EVERY_MS = 100;
const SPOILT_USERS = 300;
const LARGE = 5_000_000;
const SLOTS = 300;

/** Ends a fault that works by a repeated step. */
let stopRepeating: (() => void) | undefined;

export const FAULTS: readonly Fault[] = [
  { name: 'none', begin: () => undefined },
  { name: 'none, SIGTERM under load', stopsUnderLoad: true, begin: () => undefined },
  {
    name: 'Redis: refused from the start',
    fromStart: true,
    begin: ({ redis }) => redis.crash(),
    end: ({ redis }) => redis.up(),
  },
  { name: 'Redis: killed and restarted', begin: ({ redis }) => redis.crash(), end: ({ redis }) => redis.up() },
  { name: 'Redis: paused and continued', begin: ({ redis }) => redis.freeze(), end: ({ redis }) => redis.thaw() },
  {
    name: `Redis: slow (${SLOW_MS} ms)`,
    stage: 'relayed',
    begin: ({ relay }) => relay?.delay(SLOW_MS),
    end: ({ relay }) => relay?.delay(0),
  },
  {
    name: `Redis: connections reset every ${RESET_EVERY_MS} ms`,
    stage: 'relayed',
    begin({ relay }) {
      const timer = setInterval(() => relay?.cut(), RESET_EVERY_MS);
      stopRepeating = () => clearInterval(timer);
    },
    end: () => stopRepeating?.(),
  },
  {
    name: 'Redis: authentication refused',
    async begin({ admin }) {
      await admin.config('SET', 'requirepass', 'secret');
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    end: ({ admin }) => admin.config('SET', 'requirepass', ''),
  },
  {
    name: 'Redis: out of memory',
    begin: ({ admin }) => admin.config('SET', 'maxmemory', '1mb'),
    end: ({ admin }) => admin.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'Redis: read-only replica',
    begin: async ({ admin }) => admin.replicaof('127.0.0.1', await freePort()),
    end: ({ admin }) => admin.replicaof('NO', 'ONE'),
  },
  {
    name: 'Redis: fail-over by Sentinel',
    stage: 'sentinel',
    loses: 'what the primary had not handed to its replica',
    begin: ({ redis }) => redis.crash(),
  },
  {
    name: 'Redis: a cluster loses a master',
    stage: 'cluster',
    loses: 'what the primary had not handed to its replica',
    begin: ({ redis }) => redis.crash(),
  },
  {
    name: `Redis: a cluster moves ${SLOTS} slots`,
    stage: 'cluster',
    begin: ({ cluster }) => cluster?.moveSlots(SLOTS),
  },
  {
    name: `Redis: ${SPOILT_USERS} users' records spoilt`,
    loses: 'the records that are spoilt',
    begin: ({ admin }) => spoil(admin),
  },
  { name: 'near cache: none', nearCache: true, begin: () => undefined },
  {
    name: 'near cache: Redis killed and restarted',
    nearCache: true,
    begin: ({ redis }) => redis.crash(),
    end: ({ redis }) => redis.up(),
  },
  {
    name: `near cache: told over connections that are killed every ${RESET_EVERY_MS} ms`,
    nearCache: true,
    begin({ admin }) {
      const timer = setInterval(() => void admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'), RESET_EVERY_MS);
      stopRepeating = () => clearInterval(timer);
    },
    end: () => stopRepeating?.(),
  },
  {
    name: 'near cache: fail-over by Sentinel',
    stage: 'sentinel',
    nearCache: true,
    loses: 'what the primary had not handed to its replica',
    begin: ({ redis }) => redis.crash(),
  },
  ...(
    [
      ['events: 503', { kind: 'status', status: 503 }],
      ['events: 413', { kind: 'status', status: 413 }],
      ['events: reset', { kind: 'reset' }],
      ['events: no answer', { kind: 'silence' }],
      ['events: slow (2 s)', { kind: 'slow', ms: 2_000 }],
    ] as const
  ).map(([name, fault]): Fault => ({
    name: `VWO: ${name}`,
    begin: ({ edge }) => edge.fail('events', fault),
    end: ({ edge }) => edge.heal('events'),
  })),
];

/** A wrong type, JSON that is none, and 5 MB, a third each. */
async function spoil(admin: Redis): Promise<void> {
  const hashes = (await admin.keys('vwo:*')).slice(0, SPOILT_USERS);
  for (const [i, hash] of hashes.entries()) {
    if (i % 3 === 0) await admin.set(hash, 'no hash');
    else if (i % 3 === 1) await admin.hset(hash, 'checkout', '{"featureKey":');
    else if (i < 9) await admin.hset(hash, 'checkout', JSON.stringify({ featureKey: 'x'.repeat(LARGE) }));
  }
}
