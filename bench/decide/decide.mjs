/**
 * What one decision costs, beside others. `npm run bench:decide` in the repository's root; `-- --help` shows the options.
 * Every contender has a process of its own; in each round every one runs once, in shuffled order, one at a time.
 */
import { parseArgs } from 'node:util';
import { digits, goal, goals, shuffled, spread, summary, table } from '../report.mjs';
import { answer, ask, description, end, forkOn, HELPERS, MEASURED } from '../machine.mjs';
import { OTHER_BUILD, otherBuild, otherOf, withOtherBuild } from '../library.mjs';
import { CONTENDERS as ONE_BUILD } from './contenders.mjs';
import { checked } from './checked.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    ms: { type: 'string', default: '150' },
    warmup: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    'no-segment': { type: 'boolean', default: false },
    against: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`--rounds <n>     rounds, the table shows their median (7)
--ms <n>         CPU time of a contender in one round, per account size (150)
--warmup <n>     the same before the first round, not counted (1000)
--only <regex>   only contenders whose name matches
--no-segment     leave out the second table
--against <path> beside this build that of another checkout, built already, in the same rounds`);
  process.exit();
}

if (options.against) otherBuild(options.against);
const CONTENDERS = options.against ? withOtherBuild(ONE_BUILD) : ONE_BUILD;

const SIZES = [1, 10, 50, 100];
/** A multiple of every size, so that each user always asks for the same flag. */
const USERS = 4_000;
/** Decisions between two looks at the clock, at most: as many events are queued before they are delivered. */
const CHUNK = 1_000;
const rounds = Number(options.rounds);
const only = new RegExp(options.only);

console.log(`# What one decision costs

${description()}
Median of ${rounds} rounds (fastest..slowest round). In a round every contender runs once, in shuffled order, one at a time, each in a process
of its own that is warm and has just collected its young garbage, for ${options.ms} ms of CPU time per account size: CPU time is the clock.
${USERS.toLocaleString('en-US')} users made beforehand, in rotation, and with them the flags of the account; whether the flag is on and one variable are read from each answer.
A flag: one rollout rule at 100 %, then an A/B test at 100 % traffic, 50/50, two variables per variation. Products without rollout rules
have the 50/50 split alone. What delivers events runs off the clock, and is shown by itself.
`);

const collector = forkOn(HELPERS, new URL('../collector.mjs', import.meta.url).pathname, []);
const started = [];
try {
  const { url } = await answer(collector);
  const plain = await measure({ sizes: SIZES, segment: false, collector: url });
  printMeasured(plain, SIZES);
  if (!options['no-segment']) {
    const sizes = [1, 100];
    const segmented = await measure({ sizes, segment: true, collector: url });
    console.log(
      '\n## With a segment: the rollout asks for the custom variable plan = pro, which three of four users have\n',
    );
    console.log(table(['CPU µs per decision', 'exposure', ...headings(sizes)], rowsOf(segmented, sizes)));
  }
  const compiling = await compileTimes();
  if (options.against) printAgainst(plain, compiling, await compileTimes(OTHER_BUILD));
  printRatios(plain);
  printGoals(plain, compiling);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await Promise.all([collector, ...started].map(end));
}

/** Starts everybody, checks their answers, then runs the rounds: `name → size → { perDecision, delivery }`. */
async function measure({ sizes, segment, collector }) {
  const field = new Map();
  for (const name of Object.keys(CONTENDERS).filter((each) => only.test(each))) {
    const mine = sizes.filter((size) => size >= (CONTENDERS[name].from ?? 0));
    const { of = name, env } = CONTENDERS[name];
    const child = contender({ name: of, sizes: mine, segment, users: USERS, collector }, env);
    await answer(child);
    field.set(name, { child, sizes: mine, chunk: new Map(), times: new Map(mine.map((size) => [size, []])) });
  }
  await checked(field, USERS, segment);
  for (const one of field.values()) for (const size of one.sizes) await warmedUp(one, size);
  for (let round = 0; round < rounds; round += 1) {
    for (const size of shuffled(sizes)) {
      for (const one of shuffled([...field.values()].filter((each) => each.sizes.includes(size)))) {
        one.times.get(size).push(await ask(one.child, { size, ms: Number(options.ms), chunk: one.chunk.get(size) }));
      }
    }
  }
  await Promise.all([...field.values()].map(({ child }) => end(child)));
  return new Map(
    [...field].map(([name, { times }]) => [
      name,
      new Map(
        [...times].map(([size, list]) => [
          size,
          {
            perDecision: summary(list.map((each) => each.perDecision)),
            delivery: summary(list.map((each) => each.delivery)),
          },
        ]),
      ),
    ]),
  );
}

/** Warm, and knows how many decisions to make between two looks at the clock: few of those that take milliseconds. */
async function warmedUp(one, size) {
  const ms = Number(options.warmup);
  const { perDecision } = await ask(one.child, { size, ms: ms / 2, chunk: 5 });
  const fitting = Math.floor((Number(options.ms) * 1000) / 3 / perDecision);
  one.chunk.set(size, Math.min(CHUNK, Math.max(10, fitting - (fitting % 10))));
  await ask(one.child, { size, ms: ms / 2, chunk: one.chunk.get(size) });
}

function contender(what, env) {
  const worker = new URL('worker.mjs', import.meta.url).pathname;
  const child = forkOn(MEASURED, worker, [JSON.stringify(what)], { nodeArgs: ['--expose-gc'], env });
  started.push(child);
  return child;
}

async function compileTimes(env) {
  const worker = new URL('compile.mjs', import.meta.url).pathname;
  const child = forkOn(MEASURED, worker, [], { nodeArgs: ['--expose-gc'], env });
  started.push(child);
  return answer(child);
}

function headings(sizes) {
  return sizes.map((size) => (size === 1 ? '1 flag' : `${size} flags`));
}

function rowsOf(results, sizes) {
  return [...results].map(([name, bySize]) => [
    name,
    CONTENDERS[name].exposure,
    ...sizes.map((size) => (bySize.has(size) ? spread(bySize.get(size).perDecision) : '–')),
  ]);
}

function printMeasured(results, sizes) {
  console.log(table(['CPU µs per decision', 'exposure', ...headings(sizes)], rowsOf(results, sizes)));
  const deliverers = [...results].filter(
    ([name, bySize]) =>
      /ours|other build|LaunchDarkly/.test(name) && CONTENDERS[name].exposure === 'on' && bySize.has(100),
  );
  if (deliverers.length === 0) return;
  console.log('\n## Off the clock: CPU µs per decision to deliver its events to a collector on loopback\n');
  console.log(
    table(
      ['CPU µs per decision', '100 flags'],
      deliverers.map(([name, bySize]) => [name, spread(bySize.get(100).delivery)]),
    ),
  );
}

/** This build beside the other: below 1 this one is faster. */
function printAgainst(results, compiling, otherCompiling) {
  const share = (name, size, what) => {
    const time = (one) => results.get(one)?.get(size)?.perDecision[what] ?? NaN;
    return digits(time(name) / time(otherOf(name)));
  };
  const rows = [...results.keys()]
    .filter((name) => results.has(otherOf(name)) && name !== otherOf(name))
    .map((name) => [name, ...SIZES.map((size) => `${share(name, size, 'median')} (${share(name, size, 'min')})`)]);
  rows.push([
    'compile 1,000 features, warm',
    digits(compiling.warm / otherCompiling.warm),
    ...SIZES.slice(1).map(() => ''),
  ]);
  console.log(`\n## This build's time divided by that of ${options.against}: of the medians (of the fastest rounds)\n`);
  console.log(table(['', ...headings(SIZES)], rows));
}

/** Ours against everybody else of the same exposure: how many times ours is as fast. */
function printRatios(results) {
  const pairs = Object.keys(CONTENDERS).filter((name) => name.startsWith('ours') && results.has(name));
  const rows = [];
  for (const mine of pairs) {
    const { exposure } = CONTENDERS[mine];
    for (const [theirs] of results) {
      if (/^(ours|other build)/.test(theirs) || CONTENDERS[theirs].exposure !== exposure) continue;
      if (exposure === 'on' && keeps(mine) !== keeps(theirs)) continue;
      rows.push([`${theirs} / ${mine}`, exposure, ...SIZES.map((size) => digits(ratio(results, theirs, mine, size)))]);
    }
  }
  console.log('\n## Ratios, like for like: their time divided by ours, above 1 ours is faster\n');
  console.log(table(['', 'exposure', ...headings(SIZES)], rows));
}

function printGoals(results, compiling) {
  const at = (name, size) => results.get(name)?.get(size)?.perDecision.median ?? NaN;
  const over = (a, b, size) => at(a, size) / at(b, size);
  const measuredAt = (name) => SIZES.filter((size) => results.get(name)?.has(size));
  const worst = (a, b) => Math.max(...measuredAt(a).map((size) => over(a, b, size)));
  const engine = 'ours: decide';
  const one = 'ours: whole visit, 1 flag';
  const five = 'ours: whole visit, 5 flags';
  const kept = 'ours: whole visit, 1 flag, memory storage';
  const others = [...results.keys()].filter((name) => !/^(ours|other build|hand-written)/.test(name));
  const slowest = (mine, exposure) =>
    Math.min(
      ...others
        .filter((name) => CONTENDERS[name].exposure === exposure)
        .map((name) => Math.min(...measuredAt(mine).map((size) => ratio(results, name, mine, size)))),
    );
  console.log('\n## Goals; of several account sizes the worst\n');
  console.log(
    goals([
      goal(`${engine}: as fast as the fastest product, exposure off`, slowest(engine, 'off'), x({ atLeast: 1 })),
      goal(`${one}: as fast as the fastest product, exposure on`, slowest(one, 'on'), x({ atLeast: 1 })),
      goal(`${five}: the same`, slowest(five, 'on'), x({ atLeast: 1 })),
      goal(`${engine} / hand-written`, worst(engine, 'hand-written'), x({ atMost: 3 })),
      goal(
        `${engine} / hand-written, every hash drawn`,
        worst(engine, 'hand-written, every hash drawn'),
        x({ atMost: 3 }),
      ),
      goal(`${one} / LaunchDarkly, exposure`, worst(one, 'LaunchDarkly, exposure'), x({ atMost: 0.5 })),
      goal(`${five} / LaunchDarkly, exposure`, worst(five, 'LaunchDarkly, exposure'), x({ atMost: 0.5 })),
      goal(`${engine}: 100 flags / 1 flag`, at(engine, 100) / at(engine, 1), x({ atMost: 1.2 })),
      goal(`${one}: 100 flags / 1 flag`, at(one, 100) / at(one, 1), x({ atMost: 1.2 })),
      goal(`VWO SDK / ${engine}, 1 flag`, over('VWO SDK', engine, 1), x({ atLeast: 300 })),
      goal(`VWO SDK / ${engine}, 100 flags`, over('VWO SDK', engine, 100), x({ atLeast: 5_000 })),
      goal(`VWO SDK / ${one}, 1 flag`, over('VWO SDK', one, 1), x({ atLeast: 300 })),
      goal(`VWO SDK / ${one}, 100 flags`, over('VWO SDK', one, 100), x({ atLeast: 5_000 })),
      goal(`VWO SDK, memory storage / ${kept}, 1 flag`, over('VWO SDK, memory storage', kept, 1), x({ atLeast: 300 })),
      goal(
        `VWO SDK, memory storage / ${kept}, 100 flags`,
        over('VWO SDK, memory storage', kept, 100),
        x({ atLeast: 5_000 }),
      ),
      goal('compile 1,000 features, first time in a process', compiling.first, { atMost: 50, unit: ' ms' }),
      goal('compile 1,000 features, warm', compiling.warm, { atMost: 50, unit: ' ms' }),
    ]),
  );
}

function keeps(name) {
  return name.endsWith('memory storage');
}

function x(wanted) {
  return { ...wanted, unit: '×' };
}

function ratio(results, theirs, mine, size) {
  const time = (name) => results.get(name)?.get(size)?.perDecision.median ?? NaN;
  return time(theirs) / time(mine);
}
