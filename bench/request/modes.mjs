/**
 * What a server of `bench:request` can be. `how` names its module of `request/modes/`; `redis`: it needs one;
 * `decides`: it tells which variation a user is in, and that is checked before the load; `env`: the environment of its process; `floor`: the row that does the same by hand.
 */
import { HEARD } from '../library.mjs';

const FLOORS = {
  interceptor: 'floor: an interceptor, memory',
  guard: 'floor: a guard, memory',
  middleware: 'floor: a middleware, memory',
  redis: 'floor: an interceptor with one HGETALL',
  redisGuard: 'floor: a guard with one HGETALL',
};

export const MODES = {
  'no library': { how: 'plain' },
  'a guard that does nothing': { how: 'plain', variant: { guard: true } },
  'an interceptor that does nothing': { how: 'plain', variant: { interceptor: 'nothing' } },
  'an interceptor that opens AsyncLocalStorage': { how: 'plain', variant: { interceptor: 'scope' } },
  'an interceptor with Scope.REQUEST': { how: 'plain', variant: { interceptor: 'request-scoped' } },
  [FLOORS.interceptor]: { how: 'floor-memory', variant: { mount: 'interceptor' }, decides: true },
  [FLOORS.guard]: { how: 'floor-memory', variant: { mount: 'guard' }, decides: true },
  [FLOORS.middleware]: { how: 'floor-memory', variant: { mount: 'middleware' }, decides: true },
  'ours, memory': { how: 'ours', floor: FLOORS.interceptor, decides: true },
  'ours, memory, 5 × @FlagEnabled': {
    how: 'ours',
    variant: { read: 'parameters' },
    floor: FLOORS.interceptor,
    decides: true,
  },
  'ours, memory, mounted as a guard': {
    how: 'ours',
    variant: { mount: 'guard' },
    floor: FLOORS.guard,
    decides: true,
    isNew: true,
  },
  'ours, memory, mounted as a middleware': {
    how: 'ours',
    variant: { mount: 'middleware' },
    floor: FLOORS.middleware,
    decides: true,
    isNew: true,
  },
  'ours, memory, channels heard': { how: 'ours', env: HEARD, decides: true },
  'ours, memory, OpenTelemetry': { how: 'ours', variant: { telemetry: true }, decides: true },
  'ours, memory, opened in a guard': { how: 'ours', variant: { read: 'guard' }, floor: FLOORS.guard, decides: true },
  [FLOORS.redis]: { how: 'floor', redis: true },
  [FLOORS.redisGuard]: { how: 'floor', variant: { guard: true }, redis: true },
  'ours, Redis': { how: 'ours', redis: true, floor: FLOORS.redis, decides: true },
  "ours, Redis, preload: 'declared'": {
    how: 'ours',
    variant: { preload: 'declared' },
    redis: true,
    floor: FLOORS.redis,
    decides: true,
  },
  'ours, Redis, near cache': {
    how: 'ours',
    variant: { nearCache: true },
    redis: true,
    floor: FLOORS.interceptor,
    decides: true,
  },
  'ours, Redis, opened in a guard': {
    how: 'ours',
    variant: { read: 'guard' },
    redis: true,
    floor: FLOORS.redisGuard,
    decides: true,
  },
  'VWO SDK in the handler, Redis, 5 features': {
    how: 'official',
    variant: { features: 5 },
    redis: true,
    decides: true,
  },
  'VWO SDK in the handler, Redis, 50 features': {
    how: 'official',
    variant: { features: 50 },
    redis: true,
    decides: true,
  },
  "ours on VWO's SDK, Redis, 5 features": {
    how: 'ours',
    variant: { sdk: true, features: 5 },
    redis: true,
    decides: true,
  },
  "ours on VWO's SDK, Redis, 50 features": {
    how: 'ours',
    variant: { sdk: true, features: 50 },
    redis: true,
    decides: true,
  },
};

export const PLATFORMS = ['Express', 'Fastify'];

/** How many flags a request reads, and how many users come back again and again. */
export const FLAGS = 5;
export const USERS = 1_000;
