/**
 * A client without Nest that tracks events while VWO's collector fails, in a process of its own. It says how it is doing whenever its
 * parent asks; its heap after garbage collection (`--expose-gc`).
 */
import { subscribe } from 'node:diagnostics_channel';
import { FmeClient, type VwoStats } from '../../lib/entries/client.js';
import { CREDENTIALS } from './account.js';

export interface TrackingOptions {
  readonly baseUrl: string;
  /** Events per second. */
  readonly rate: number;
  readonly maxQueue: number;
}

export interface TrackingState {
  readonly kind: 'state';
  /** Bytes. */
  readonly heap: number;
  readonly events: VwoStats['events'];
  readonly queued: number;
  readonly sent: number;
  /** Since the start, accepted or not. */
  readonly posts: number;
}

export type TrackingSaid =
  { readonly kind: 'started' } | TrackingState | { readonly kind: 'closed'; readonly within: number };

/** `pause`: no more events; `state`; `close`: the client closes, and the process ends by itself. */
export type TrackingAsked = 'pause' | 'state' | 'close';

const TICK_MS = 10;
const USERS = 1_000;
const { baseUrl, rate, maxQueue } = JSON.parse(process.argv[2] ?? '{}') as TrackingOptions;

const say = (said: TrackingSaid): void => void process.send?.(said);

let posts = 0;
subscribe('nestjs-vwo:events.post', () => (posts += 1));
const silent = { error: () => undefined, warn: () => undefined, log: () => undefined };
const client = new FmeClient({ ...CREDENTIALS, baseUrl, events: { maxQueue }, logger: silent });
await client.start();
say({ kind: 'started' });

const began = performance.now();
let tracked = 0;
const tracking = setInterval(() => {
  const due = Math.floor(((performance.now() - began) * rate) / 1_000);
  while (tracked < due) track(++tracked);
}, TICK_MS);

/** Numbered, so that what arrives shows its order. */
function track(number: number): void {
  const user = {
    id: `user-${number % USERS}`,
    userAgent: `Mozilla/5.0 (${number})`,
    customVariables: { plan: 'gold' },
  };
  client.track(user, 'order', { number, note: `an order of ${number}` });
}

function state(): TrackingState {
  globalThis.gc?.();
  const { counters, events } = client.stats();
  const { eventsQueued: queued, eventsSent: sent } = counters;
  return { kind: 'state', heap: process.memoryUsage().heapUsed, events, queued, sent, posts };
}

process.on('message', async (asked: TrackingAsked) => {
  if (asked === 'pause') return clearInterval(tracking);
  if (asked === 'state') return say(state());
  const begin = performance.now();
  await client.close();
  say({ kind: 'closed', within: performance.now() - begin });
  process.disconnect();
});
