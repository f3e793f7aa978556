/**
 * What delivering an event costs. `npm run bench:delivery` in the repository's root; `-- --help` shows the options. Every sender has a
 * process of its own for each size of batch; in each round every one delivers once, in shuffled order, one at a time.
 */
import { parseArgs } from 'node:util';
import { OTHER_BUILD, otherBuild, otherOf, withOtherBuild } from '../library.mjs';
import { answer, ask, description, end, forkOn, HELPERS, MEASURED } from '../machine.mjs';
import { digits, goal, goals, shuffled, spread, summary, table } from '../report.mjs';
import { CONTENDERS as ONE_BUILD, FLOOR } from './contenders.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    events: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    against: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`--rounds <n>     rounds, the tables show their median (9)
--events <n>     events that a sender delivers in one round (20000)
--seconds <n>    length of the run at 15,000 events a second (60); 0: none
--only <regex>   only senders whose name matches
--against <path> beside this build that of another checkout, built already, in the same rounds`);
  process.exit();
}

if (options.against) otherBuild(options.against);
const ALL = options.against ? withOtherBuild(ONE_BUILD) : ONE_BUILD;
const only = new RegExp(options.only);
const NAMES = Object.keys(ALL).filter((name) => only.test(name));
const BATCHES = [100, 1_000, 5_000];
/** Events a second, of the sustained run. */
const RATE = 15_000;
/** The default of `events.maxQueue`. */
const BOUND = 10_000;
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const users = Number(options.events) / 2;

console.log(`# What delivering an event costs

${description()}
Median of ${rounds} rounds (fastest..slowest round). CPU time of the sender's process, garbage collection included, per event: ${options.events} events
are queued off the clock, two per user, and delivered on it to a collector on loopback, a process of its own on the other core.
`);

const collector = forkOn(HELPERS, new URL('collector.mjs', import.meta.url).pathname, []);
const started = [];
try {
  const { url } = await answer(collector);
  const perEvent = await measured(url);
  printSizes(perEvent);
  const queues = { ours: await told('queue', []) };
  if (options.against) queues['other build'] = await told('queue', [], OTHER_BUILD);
  printQueues(queues);
  const sustained = seconds > 0 ? await sustainedBy(url) : undefined;
  printGoals(perEvent, queues.ours, sustained);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await Promise.all([collector, ...started].map(end));
}

/** `name → size of batch → µs per event`. */
async function measured(url) {
  const field = [];
  for (const name of NAMES) {
    for (const batch of BATCHES) field.push({ name, batch, child: await senderOf(name, { url, batch }), times: [] });
  }
  await checked(field);
  for (let round = 0; round < rounds; round += 1) {
    for (const one of shuffled(field)) {
      one.times.push((await ask(one.child, { users })).perEvent);
      await arrived(one, Math.ceil((users * 2) / one.batch));
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
  await Promise.all(field.map(({ child }) => end(child)));
  return new Map(
    NAMES.map((name) => {
      const mine = field.filter((one) => one.name === name);
      return [name, new Map(mine.map(({ batch, times }) => [batch, summary(times)]))];
    }),
  );
}

async function senderOf(name, given) {
  const { env, sender, client } = ALL[name];
  const worker = new URL('worker.mjs', import.meta.url).pathname;
  const child = forkOn(MEASURED, worker, [JSON.stringify({ sender, client, ...given })], {
    nodeArgs: ['--expose-gc'],
    env,
  });
  started.push(child);
  await answer(child);
  return child;
}

/** What a module tells that runs by itself. */
async function told(module, args, env) {
  const path = new URL(`${module}.mjs`, import.meta.url).pathname;
  const child = forkOn(MEASURED, path, args, { nodeArgs: ['--expose-gc'], env });
  started.push(child);
  const said = await answer(child);
  await end(child);
  return said;
}

async function sustainedBy(url) {
  const figures = await told('sustained', [JSON.stringify({ url, rate: RATE, seconds })]);
  const { events, requests } = await ask(collector, { take: true });
  console.log(`
## ${RATE.toLocaleString('en-US')} events a second for ${seconds} s, default options
`);
  const { made, longest, dropped, perEvent } = figures;
  if (events !== made - dropped) throw new Error(`${events} events have arrived, and not ${made - dropped}.`);
  console.log(
    table(
      ['events', 'requests', 'longest queue', 'lost', 'CPU µs per event, with the visits that make them'],
      [[made.toLocaleString('en-US'), requests, longest.toLocaleString('en-US'), dropped, digits(perEvent)]],
    ),
  );
  return figures;
}

function printQueues(queues) {
  console.log('\n## The queue\n');
  console.log(
    table(
      ['', 'heap of 100,000 events, MB', 'CPU µs to put an event into an empty queue', 'into a full one'],
      Object.entries(queues).map(([name, { heap, empty, full }]) => [
        name,
        digits(heap / 1e6),
        digits(empty),
        digits(full),
      ]),
    ),
  );
}

/** Warms everybody up. All must send the same bytes, or nothing is measured. */
async function checked(field) {
  let first;
  for (const one of field) {
    for (let warm = 0; warm < 3; warm += 1) {
      await ask(one.child, { users });
      const { digest } = await arrived(one, Math.ceil((users * 2) / one.batch));
      first ??= { name: one.name, digest };
      if (first.digest !== digest) throw new Error(`${one.name} and ${first.name} have not sent the same events.`);
    }
  }
}

/** Since the last time. */
async function arrived({ name }, wanted) {
  const { events, requests, digest } = await ask(collector, { take: true });
  if (events !== users * 2) throw new Error(`${name}: ${events} events have arrived, and not ${users * 2}.`);
  if (requests !== wanted) throw new Error(`${name}: ${requests} requests have arrived, and not ${wanted}.`);
  return { digest };
}

function printSizes(perEvent) {
  const heads = BATCHES.map((batch) => `batches of ${batch.toLocaleString('en-US')}`);
  const cells = (name, cell) => BATCHES.map((batch) => cell(perEvent.get(name)?.get(batch), batch));
  console.log(
    table(
      ['CPU µs per event', ...heads],
      NAMES.map((name) => [name, ...cells(name, spread)]),
    ),
  );
  const ratios = NAMES.filter((name) => name !== FLOOR && perEvent.has(FLOOR)).map((name) => [
    `${name} / ${FLOOR}`,
    ...cells(name, ({ median }, batch) => digits(median / perEvent.get(FLOOR).get(batch).median)),
  ]);
  const against = NAMES.filter((name) => perEvent.has(otherOf(name)) && name !== otherOf(name)).map((name) => [
    `${name} / ${otherOf(name)}`,
    ...cells(name, ({ median }, batch) => digits(median / perEvent.get(otherOf(name)).get(batch).median)),
  ]);
  console.log('\n## Ratios, of the medians: below 1 the first one is faster\n');
  console.log(table(['', ...heads], [...ratios, ...against]));
}

function printGoals(perEvent, { heap, empty, full }, sustained) {
  const at = (batch) => perEvent.get('ours')?.get(batch)?.median ?? NaN;
  console.log('\n## Goals\n');
  console.log(
    goals([
      goal('ours, batches of 100', at(100), { atMost: 4, unit: ' µs' }),
      goal('ours, batches of 1,000', at(1_000), { atMost: 2.5, unit: ' µs' }),
      goal(`${RATE.toLocaleString('en-US')} events a second: longest queue`, sustained?.longest ?? NaN, {
        atMost: BOUND,
      }),
      goal('100,000 queued events, heap', heap / 1e6, { atMost: 60, unit: ' MB' }),
      goal('an event into a full queue / into an empty one', full / empty, { atMost: 1, unit: '×' }),
    ]),
  );
}
