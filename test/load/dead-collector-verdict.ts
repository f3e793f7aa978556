import type { DeadCollectorOptions, DeadCollectorResult, Sample } from './dead-collector.js';
import type { TrackingState } from './dead-collector.process.js';

/** How much more the process may hold at the end than when the queue was first full. */
const MOST_MORE = 1.1;
/** The queue tries again after at least half of 1, 2, 4, 8, 16 s, and then of 30 s. */
const FIRST_TRIES = 6;
const LATER_TRY_EVERY_S = 15;
/** Within `closeTimeout`, 5 s, and what a busy machine adds, in ms. */
const MOST_CLOSING = 6_000;

/** What does not hold, in words. */
export function broken(result: DeadCollectorResult, options: DeadCollectorOptions): string[] {
  const { samples, after, arrived, closedIn, end } = result;
  return [
    ...[...samples, after].flatMap(outOfBounds),
    ...samples.flatMap(tooManyPosts),
    ...heapGrown(samples),
    ...(samples.at(-1)?.queued === 0 ? ['no event was queued'] : []),
    ...(after.events.waiting > 0 ? [`${after.events.waiting} events wait still`] : []),
    ...(after.sent !== arrived.length ? [`${after.sent} events are counted as sent, ${arrived.length} arrived`] : []),
    ...notTheNewest(result, options),
    ...(closedIn > MOST_CLOSING ? [`closing took ${closedIn.toFixed(0)} ms`] : []),
    ...(end === '0' ? [] : [`the process ended with ${end}`]),
  ];
}

function outOfBounds({ events, queued, sent }: TrackingState): string[] {
  const { waiting, capacity, waitingBytes, capacityBytes } = events;
  const dropped = Object.values(events.dropped).reduce((sum, many) => sum + many, 0);
  return [
    ...(queued === sent + dropped + waiting
      ? []
      : [`${queued} queued, ${sent} sent, ${dropped} dropped, ${waiting} wait`]),
    ...(waiting <= capacity ? [] : [`${waiting} wait, ${capacity} may`]),
    ...(waitingBytes <= capacityBytes ? [] : [`${waitingBytes} bytes wait, ${capacityBytes} may`]),
  ];
}

function tooManyPosts({ at, posts }: Sample): string[] {
  const most = FIRST_TRIES + 1 + at / LATER_TRY_EVERY_S;
  return posts <= most ? [] : [`${posts} POSTs within ${at.toFixed(0)} s`];
}

function heapGrown(samples: readonly Sample[]): string[] {
  const [full] = samples.filter(({ events }) => events.waiting === events.capacity);
  const last = samples.at(-1);
  if (!full || !last) return ['the queue was never full'];
  return last.heap <= full.heap * MOST_MORE ? [] : [`heap: ${last.heap} bytes after ${full.heap}`];
}

/** What arrives are the last events, as many as fit, each once, in their order. */
function notTheNewest({ arrived, after }: DeadCollectorResult, { maxQueue }: DeadCollectorOptions): string[] {
  const first = after.queued - arrived.length + 1;
  const at = arrived.findIndex((number, i) => number !== first + i);
  return [
    ...(arrived.length === maxQueue ? [] : [`${arrived.length} events have arrived, ${maxQueue} waited`]),
    ...(at < 0 ? [] : [`event ${first + at} should have arrived, and ${arrived[at]} did`]),
  ];
}
