/**
 * The queue by itself, in a process of its own. Tells `{ heap, empty, full }`: bytes of heap that 100,000 queued impressions take, with
 * their 50,000 users; µs of CPU per event to put events into a queue that is empty, and into one that is full.
 */
import { mainModule } from '../library.mjs';
import { median } from '../report.mjs';
import { open } from './senders/ours.mjs';

const { EventQueue } = await import(new URL('events/index.js', mainModule()));
const { Diagnostics } = await import(new URL('common/index.js', mainModule()));

const QUEUED = 100_000;
const MOST = 10_000;
const ADDED = 5_000;
const REPEATS = 60;

const heap = await heapOfQueue();
const empty = [];
const full = [];
for (let repeat = 0; repeat < REPEATS; repeat += 1) {
  for (const [times, before] of repeat % 2
    ? [
        [empty, 0],
        [full, MOST],
      ]
    : [
        [full, MOST],
        [empty, 0],
      ]) {
    times.push(await enqueued(before));
  }
}
process.send({ heap, empty: median(empty), full: median(full) });
process.disconnect();

async function heapOfQueue() {
  const { fill, client } = await open({ url: 'http://127.0.0.1:9' });
  await fill(1_000); // warm
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  await fill(QUEUED / 2);
  globalThis.gc();
  const { waiting } = client.stats().events;
  if (waiting < QUEUED) throw new Error(`${waiting} events are queued, and not ${QUEUED}`);
  return process.memoryUsage().heapUsed - before;
}

/** @param before events that wait already; the queue has held as many as it may once, and sends nothing meanwhile */
async function enqueued(before) {
  const quiet = { error() {}, warn() {}, log() {} };
  const clock = { now: Date.now, monotonic: () => performance.now(), after: () => () => undefined };
  const diagnostics = new Diagnostics(quiet, clock);
  const sender = { reached: true, send: () => Promise.resolve({ left: [] }) };
  const queue = new EventQueue({
    sender,
    batchSize: 100,
    flushInterval: 60_000,
    maxQueue: MOST,
    maxQueueBytes: 2 ** 30,
    diagnostics,
    clock,
  });
  add(queue, MOST);
  if (!(await queue.flush())) throw new Error('the queue did not empty');
  add(queue, before);
  globalThis.gc({ type: 'minor' });
  const began = process.cpuUsage();
  add(queue, ADDED);
  const { user, system } = process.cpuUsage(began);
  if (queue.size !== Math.min(MOST, before + ADDED)) throw new Error(`${queue.size} events are queued`);
  return (user + system) / ADDED;
}

function add(queue, count) {
  let user;
  for (let n = 0; n < count; n += 1) {
    if (n % 2 === 0) user = { id: `user-${n}`, uuid: '', sessionId: 1 };
    queue.enqueue({
      user,
      time: n,
      event: { name: 'vwo_variationShown', campaignId: 1, variationId: 1, featureId: undefined },
    });
  }
}
