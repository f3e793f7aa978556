/** What one size of account costs, in a process of its own. Asked `{ size, url }`, it tells its figures; before the refresh it asks for other settings. */
import { setTimeout as pause } from 'node:timers/promises';
import { compile, decide } from '../engine.mjs';
import { load } from '../library.mjs';
import { median } from '../report.mjs';
import { ACCOUNT, keyOf, scaled, userOf } from './accounts.mjs';

const { FmeClient, MemoryStorage } = await load();
const NOTHING_STORED = { get: () => undefined, has: () => false };
const DECISIONS = 20_000;
/** As many as an application may read, whatever the size of the account. */
const READ = 10;
const QUIET = { error() {}, warn() {}, log() {} };

const { size, url, visits } = JSON.parse(process.argv[2]);
process.send(visits ? await visitsOf(size) : { ...compiled(), ...(await refreshed()) });
process.disconnect();

function compiled() {
  const text = JSON.stringify(scaled(size));
  const times = [];
  let settings;
  const before = heap();
  for (let repeat = 0; repeat < 8; repeat += 1) {
    const given = JSON.parse(text);
    settings = undefined;
    globalThis.gc({ type: 'minor' });
    times.push(spent(() => (settings = compile(given))));
  }
  const bytes = heap() - before;
  const keys = Array.from({ length: size }, (_, n) => keyOf((n * 7919) % size));
  const decisions = { decision: decision(settings, keys.slice(0, READ)), rotation: decision(settings, keys) };
  return { json: text.length, first: times[0], warm: median(times.slice(3)), bytes, ...decisions };
}

/** In µs, of these flags in turn. */
function decision(settings, keys) {
  const users = Array.from({ length: 500 }, (_, number) => userOf(number));
  const work = () => {
    for (let n = 0; n < DECISIONS; n += 1)
      decide(settings, keys[n % keys.length], users[n % users.length], NOTHING_STORED);
  };
  work();
  return (Math.min(spent(work), spent(work), spent(work)) * 1000) / DECISIONS;
}

/**
 * While a client that runs takes other settings: the longest turn of the event loop and all its work, in ms of CPU, and what it keeps.
 * CPU time of the thread, where Node tells it, else of the process: what a neighbour on this core takes does not count.
 */
async function refreshed() {
  const client = new FmeClient({ ...ACCOUNT, baseUrl: url, events: false, startTimeout: 60_000, logger: QUIET });
  const before = heap();
  await client.start();
  const running = heap() - before;
  const blocked = [];
  const work = [];
  for (let change = 0; change < 5; change += 1) {
    process.send({ other: true });
    await new Promise((resolve) => process.once('message', resolve));
    await pause(50);
    const turns = watchedTurns();
    const began = cpu();
    if (!(await client.refresh())) throw new Error('the settings did not change');
    work.push(cpu() - began);
    blocked.push(turns());
  }
  await client.close();
  return { running, blocked: median(blocked), work: median(work) };
}

/** Watches every turn of the event loop from now on; the answer ends that and gives the longest. */
function watchedTurns() {
  let longest = 0;
  let last = cpu();
  let next = setImmediate(turn);
  function turn() {
    const now = cpu();
    longest = Math.max(longest, now - last);
    last = now;
    next = setImmediate(turn);
  }
  return () => {
    clearImmediate(next);
    return Math.max(longest, cpu() - last);
  };
}

/** In ms. */
function cpu() {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

/** Visits of users with so many stored records that read so many flags, in µs: the best of three times through all of them. */
async function visitsOf(size) {
  const cases = [5, 50, 500].flatMap((records) => [undefined, 1, 10, 100].map((declared) => ({ records, declared })));
  const all = Array.from({ length: size }, (_, index) => keyOf(index));
  const rows = cases.map((one) => ({ ...one }));
  for (let time = 0; time < 3; time += 1) {
    for (const row of rows) await visited(row, all, size);
  }
  return { rows };
}

async function visited(row, all, size) {
  const { records, declared } = row;
  const preload = declared === undefined ? 'all' : 'declared';
  const options = { settings: scaled(size), events: false, storage: new MemoryStorage(), preload, logger: QUIET };
  const client = new FmeClient(options);
  await client.start();
  for (let number = 0; number < 100; number += 1) await visit(client, number, all.slice(0, records));
  const keys = Object.freeze(declared === undefined ? [] : all.slice(0, declared)); // as a handler declares them
  for (const flags of [1, 5, 20]) {
    if (flags > (declared ?? flags)) continue;
    const read = all.slice(0, flags);
    for (let n = 0; n < 1_000; n += 1) await visit(client, n % 100, read, keys);
    const start = process.cpuUsage();
    for (let n = 0; n < 4_000; n += 1) await visit(client, n % 100, read, keys);
    const { user, system } = process.cpuUsage(start);
    row[flags] = Math.min(row[flags] ?? Infinity, (user + system) / 4_000);
  }
  await client.close();
}

async function visit(client, number, read, declared = read) {
  const opened = await client.visit(userOf(number), declared);
  let on = 0;
  for (const key of read) on += opened.flag(key).isEnabled() ? 1 : 0;
  await opened.end();
  return on;
}

function spent(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
