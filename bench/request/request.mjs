/**
 * What a request costs, beside others. `npm run bench:request` in the repository's root; `-- --help` shows the options.
 * One Nest application with one handler; every run of every mode in a fresh process, rounds in shuffled order.
 */
import { parseArgs } from 'node:util';
import { answer, ask, description, end, forkOn, HELPERS, MEASURED } from '../machine.mjs';
import { otherBuild, withOtherBuild } from '../library.mjs';
import { nodeBinaries } from '../node-binaries.mjs';
import { digits, shuffled } from '../report.mjs';
import { checked } from './checked.mjs';
import { CONNECTIONS, load, PROGRAM } from './load.mjs';
import { FLAGS, MODES as ONE_BUILD, PLATFORMS, USERS } from './modes.mjs';
import { startRedis } from './redis.mjs';
import { Results } from './results.mjs';
import { BUSY, printAgainst, printDoubtful, printGoals, printMachinery, printMeasured, SPREAD } from './tables.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '8' },
    warmup: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    platform: { type: 'string', default: '' },
    node: { type: 'string', default: '' },
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
--node <list>       versions or paths of Node, with commas: every mode runs on each, in the same rounds (this one)
--against <path>    beside this build that of another checkout, built already, in the same rounds`);
  process.exit();
}

if (options.against) otherBuild(options.against);
const MODES = options.against ? withOtherBuild(ONE_BUILD) : ONE_BUILD;
const modes = Object.keys(MODES).filter((mode) => new RegExp(options.only).test(mode));
const platforms = PLATFORMS.filter((platform) => new RegExp(options.platform).test(platform));
const nodes = nodeBinaries(options.node);
const needsRedis = modes.some((mode) => MODES[mode].redis);

console.log(`# What a request costs

${description(nodes.map(({ version }) => version))}
One Nest application, one handler that answers which of ${FLAGS} flags are on for its user; ${USERS.toLocaleString('en-US')} users who were here before, in rotation.
Load: ${PROGRAM}, ${CONNECTIONS} connections, ${options.seconds} s (up to four times that where requests take long) after ${options.warmup} s of warm-up,
from a second process over loopback${needsRedis ? '; Redis shares the core of the load' : ''}.
Median of ${options.rounds} rounds (lowest..highest); in a round every mode runs once, in shuffled order, each in a fresh process whose answers
are checked before the load. CPU: user and system time of the server's process divided by its requests. Spread: highest less lowest round, as a
share of the median. Busy: CPU time of the server as a share of the time of the load, in the least busy round. What is below ${BUSY} % busy or above ${SPREAD} %
of spread is no result.
`);

const results = new Results({ nodes, platforms, modes: MODES, names: modes });
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
    for (const one of shuffled(results.rows)) {
      const result = await run(one, places);
      one.rounds.push(result);
      const { node, platform, mode } = one;
      console.error(
        `round ${round}: Node ${node.version}, ${platform}, ${mode}: ${digits(result.perSecond)}/s, ${digits(result.cpu)} µs`,
      );
    }
  }
  for (const node of nodes) for (const platform of platforms) printMeasured(results, node, platform);
  if (options.against) printAgainst(results, options.against);
  printMachinery(results);
  printGoals(results);
  printDoubtful(results);
} catch (error) {
  console.error(error.stack);
  process.exitCode = 1;
} finally {
  await Promise.all(children.map(end));
}

async function run({ node, platform, mode }, places) {
  const { of = mode, env } = MODES[mode];
  const what = JSON.stringify({ platform, mode: of, ...places });
  const server = forkOn(MEASURED, new URL('server.mjs', import.meta.url).pathname, [what], { env, node: node.path });
  try {
    const { url } = await answer(server);
    await checked(of, url);
    const warm = await load(url, options.warmup);
    await ask(server, 'begin');
    const { requests, seconds, p50, p99 } = await load(url, longEnough(warm));
    const { cpu, faults } = await ask(server, 'end');
    for (const [fault, count] of Object.entries(faults ?? {})) {
      if (count > 0) console.error(`${platform}, ${mode}: ${fault}: ${count}`);
    }
    return {
      perSecond: requests / seconds,
      cpu: cpu / requests,
      busy: cpu / (seconds * 1e4),
      p50: p50 / 1000,
      p99: p99 / 1000,
    };
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
