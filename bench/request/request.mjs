/**
 * What a request costs, beside others. `npm run bench:request` in the repository's root; `-- --help` shows the options.
 * One Nest application with one handler; every run of every mode in a fresh process, rounds in shuffled order.
 */
import { parseArgs } from 'node:util';
import { answer, ask, description, end, forkOn, HELPERS, MEASURED } from '../machine.mjs';
import { digits, goal, goals, shuffled, spread, summary, table } from '../report.mjs';
import { checked } from './checked.mjs';
import { CONNECTIONS, load, PROGRAM } from './load.mjs';
import { otherBuild, otherOf, withOtherBuild } from '../library.mjs';
import { FLAGS, MODES as ONE_BUILD, PLATFORMS, USERS } from './modes.mjs';
import { startRedis } from './redis.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    warmup: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    platform: { type: 'string', default: '' },
    against: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`--rounds <n>        rounds, the table shows their median (3)
--seconds <n>       load per run; up to four times that where requests take long (8)
--warmup <n>        the same before it, not counted (3)
--only <regex>      only modes whose name matches
--platform <regex>  only Express, or only Fastify
--against <path>    beside this build that of another checkout, built already, in the same rounds`);
  process.exit();
}

if (options.against) otherBuild(options.against);
const MODES = options.against ? withOtherBuild(ONE_BUILD) : ONE_BUILD;
const modes = Object.keys(MODES).filter((mode) => new RegExp(options.only).test(mode));
const platforms = PLATFORMS.filter((platform) => new RegExp(options.platform).test(platform));
const needsRedis = modes.some((mode) => MODES[mode].redis);

console.log(`# What a request costs

${description()}
One Nest application, one handler that answers which of ${FLAGS} flags are on for its user; ${USERS.toLocaleString('en-US')} users who were here before, in rotation.
Load: ${PROGRAM}, ${CONNECTIONS} connections, ${options.seconds} s (up to four times that where requests take long) after ${options.warmup} s of warm-up,
from a second process over loopback${needsRedis ? '; Redis shares the core of the load' : ''}.
Median of ${options.rounds} rounds (lowest..highest); in a round every mode runs once, in shuffled order, each in a fresh process whose answers
are checked before the load. CPU: user and system time of the server's process divided by its requests.
`);

const runs = new Map(platforms.flatMap((platform) => modes.map((mode) => [`${platform}\n${mode}`, []])));
const children = [];
try {
  const collector = forkOn(HELPERS, new URL('../collector.mjs', import.meta.url).pathname, []);
  children.push(collector);
  const places = { collector: (await answer(collector)).url };
  if (needsRedis) {
    const redis = await startRedis();
    children.push(redis.child);
    places.redis = redis.url;
  }
  for (let round = 1; round <= Number(options.rounds); round += 1) {
    for (const key of shuffled([...runs.keys()])) {
      const [platform, mode] = key.split('\n');
      const result = await run({ platform, mode, ...places });
      runs.get(key).push(result);
      console.error(`round ${round}: ${platform}, ${mode}: ${digits(result.perSecond)}/s, ${digits(result.cpu)} µs`);
    }
  }
  for (const platform of platforms) printMeasured(platform);
  if (options.against) printAgainst();
  printMachinery();
  printGoals();
} catch (error) {
  console.error(error.stack);
  process.exitCode = 1;
} finally {
  await Promise.all(children.map(end));
}

async function run(given) {
  const { of = given.mode, env } = MODES[given.mode];
  const what = { ...given, mode: of };
  const server = forkOn(MEASURED, new URL('server.mjs', import.meta.url).pathname, [JSON.stringify(what)], { env });
  try {
    const { url } = await answer(server);
    await checked(what.mode, url);
    const warm = await load(url, options.warmup);
    await ask(server, 'begin');
    const { requests, seconds, p50, p99 } = await load(url, longEnough(warm));
    const { cpu, faults } = await ask(server, 'end');
    for (const [fault, count] of Object.entries(faults ?? {})) {
      if (count > 0) console.error(`${given.platform}, ${given.mode}: ${fault}: ${count}`);
    }
    return { perSecond: requests / seconds, cpu: cpu / requests, p50: p50 / 1000, p99: p99 / 1000 };
  } finally {
    await end(server);
  }
}

/**
 * Seconds of load. A server that manages few requests is loaded longer, up to four times: what is under way when the load
 * ends is not counted, and that must stay a small part.
 */
function longEnough({ requests, seconds }) {
  const given = Number(options.seconds);
  const forEnough = (20 * CONNECTIONS * seconds) / Math.max(1, requests);
  return Math.ceil(Math.min(4 * given, Math.max(given, forEnough)));
}

function of(platform, mode, what) {
  const results = runs.get(`${platform}\n${mode}`);
  return results?.length ? summary(results.map((result) => result[what])) : { median: NaN, min: NaN, max: NaN };
}

function printMeasured(platform) {
  const rows = modes.map((mode) => [
    mode,
    ...['perSecond', 'cpu', 'p50', 'p99'].map((what) => spread(of(platform, mode, what))),
  ]);
  console.log(`## ${platform}\n`);
  console.log(table([platform, 'requests/s', 'CPU µs/request', 'p50 ms', 'p99 ms'], rows));
  console.log('');
}

/** This build beside the other: below 1 this one is faster. */
function printAgainst() {
  const share = (platform, mode, which) =>
    digits(of(platform, mode, 'cpu')[which] / of(platform, otherOf(mode), 'cpu')[which]);
  const rows = modes
    .filter((mode) => mode !== otherOf(mode) && modes.includes(otherOf(mode)))
    .map((mode) => [mode, ...platforms.map((each) => `${share(each, mode, 'median')} (${share(each, mode, 'min')})`)]);
  console.log(
    `## This build's CPU per request divided by that of ${options.against}: of the medians (of the lowest rounds)\n`,
  );
  console.log(table(['', ...platforms], rows));
  console.log('');
}

/** What Nest's own interceptor machinery costs, and what is left without it. */
function printMachinery() {
  const share = (platform, mode, than) =>
    `${digits((100 * of(platform, mode, 'perSecond').median) / of(platform, than, 'perSecond').median)} %`;
  const pairs = [
    ['an interceptor that does nothing', 'no library'],
    ['an interceptor that opens AsyncLocalStorage', 'no library'],
    ['a guard that does nothing', 'no library'],
    ['ours, memory', 'no library'],
    ['ours, memory, opened in a guard', 'no library'],
    ['ours, memory', 'an interceptor that opens AsyncLocalStorage'],
    ['ours, Redis, opened in a guard', 'floor: a guard with one HGETALL'],
    ['ours, Redis, opened in a guard', 'floor: an interceptor with one HGETALL'],
  ].filter((pair) => pair.every((mode) => modes.includes(mode)));
  if (pairs.length === 0) return;
  console.log(
    "## What Nest's interceptor machinery costs, and what is left without it: throughput of the first as a share of the second's\n",
  );
  console.log(
    table(
      ['', ...platforms],
      pairs.map(([mode, than]) => [`${mode} / ${than}`, ...platforms.map((platform) => share(platform, mode, than))]),
    ),
  );
  console.log('');
}

function printGoals() {
  const floor = 'floor: an interceptor with one HGETALL';
  const comparisons = [
    ['ours, memory', 'an interceptor that does nothing', 100, { atLeast: 90, unit: ' %' }],
    ['ours, Redis', floor, 100, { atLeast: 90, unit: ' %' }],
    ['ours, Redis', 'VWO SDK in the handler, Redis, 5 features', 1, { atLeast: 20, unit: '×' }],
    ['ours, Redis', 'VWO SDK in the handler, Redis, 50 features', 1, { atLeast: 100, unit: '×' }],
  ];
  const rowsBy = (over) =>
    platforms.flatMap((platform) =>
      comparisons.map(([mode, than, scale, wanted]) =>
        goal(`${platform}: ${mode} / ${than}`, scale * over(platform, mode, than), wanted),
      ),
    );
  console.log('## Goals, by requests per second\n');
  console.log(goals(rowsBy((...one) => ratio('perSecond', ...one))));
  console.log('\n## The same by CPU per request, which suffers less from neighbours\n');
  console.log(goals(rowsBy((...one) => 1 / ratio('cpu', ...one))));
}

function ratio(what, platform, mode, than) {
  return of(platform, mode, what).median / of(platform, than, what).median;
}
