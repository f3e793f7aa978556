/**
 * What an interceptor adds to a handler, in CPU time, without HTTP. `npm run bench:handler` in the repository's root; `-- --help`
 * shows the options. Every contender has a process of its own; in each round every one runs once, in shuffled order, one at a time.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { answer, ask, available, description, end, forkOn, HELPERS, MEASURED } from '../machine.mjs';
import { HEARD, OTHER_BUILD, otherBuild } from '../library.mjs';
import { digits, shuffled, spread, summary, table } from '../report.mjs';
import { FLAGS, USERS } from '../request/modes.mjs';
import { startRedis } from '../request/redis.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '25' },
    requests: { type: 'string', default: '10000' },
    against: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`--rounds <n>     rounds, the table shows their median (25)
--requests <n>   requests of each contender in one round (10000)
--against <path> beside this build that of another checkout, built already, in the same rounds`);
  process.exit();
}

const BASE = 'an interceptor that does nothing';
const FLOOR = 'hand-written';
const contenders = {
  [BASE]: { of: 'nothing' },
  [FLOOR]: { of: 'hand-written' },
  ours: { of: 'ours' },
  'ours, channels heard': { of: 'ours', env: HEARD },
  'ours, Redis, near cache': { of: 'near' },
};
if (!available('redis-server', ['--version'])) delete contenders['ours, Redis, near cache'];
if (options.against) {
  otherBuild(options.against);
  contenders['other build'] = { of: 'ours', env: OTHER_BUILD };
}

const requests = Number(options.requests);
const rounds = Number(options.rounds);
console.log(`# What an interceptor adds to a handler

${description()}
Nest's own interceptor machinery runs one interceptor and a handler that reads ${FLAGS} flags; no HTTP, no socket. ${USERS.toLocaleString('en-US')} users who were here before, in
rotation, memory storage unless the row says otherwise; 50 requests under way at once. Median of ${rounds} rounds (lowest..highest) of ${requests.toLocaleString('en-US')} requests, after three rounds of warm-up.
`);

const collector = forkOn(HELPERS, new URL('../collector.mjs', import.meta.url).pathname, []);
const { url } = await answer(collector);
const redis = contenders['ours, Redis, near cache'] && (await startRedis());
const field = Object.entries(contenders).map(([name, { of, env }]) => {
  const child = forkOn(MEASURED, new URL('worker.mjs', import.meta.url).pathname, [of, url, redis?.url ?? ''], {
    nodeArgs: ['--expose-gc'],
    env,
  });
  return { name, child, times: [] };
});
try {
  await Promise.all(field.map(({ child }) => answer(child)));
  await checked();
  for (const one of field) for (let round = 0; round < 3; round += 1) await timed(one);
  for (let round = 0; round < rounds; round += 1) for (const one of shuffled(field)) one.times.push(await timed(one));
  printMeasured();
} catch (error) {
  console.error(error.stack);
  process.exitCode = 1;
} finally {
  await Promise.all([collector, ...field.map(({ child }) => child), ...(redis ? [redis.child] : [])].map(end));
}

async function timed({ child }) {
  return (await ask(child, { count: requests })).result;
}

/** Refuses to measure contenders that answer differently. */
async function checked() {
  const expected = field.find(({ name }) => name === FLOOR);
  for (let user = 0; user < 100; user += 1) {
    const { result: wanted } = await ask(expected.child, { check: true });
    for (const { name, child } of field) {
      if (name === BASE || name === FLOOR) continue;
      const { result } = await ask(child, { check: true });
      if (!isDeepStrictEqual(result, wanted)) {
        throw new Error(
          `Not measured: ${name} answers ${JSON.stringify(result)}, and ${FLOOR} ${JSON.stringify(wanted)}.`,
        );
      }
    }
  }
}

function printMeasured() {
  const base = summary(field[0].times);
  const added = ({ times }, which) => summary(times)[which] - base[which];
  const floor = field.find(({ name }) => name === FLOOR);
  const rows = field.map((one) => [
    one.name,
    spread(summary(one.times)),
    ...(one === field[0]
      ? ['–', '–']
      : [
          `${digits(added(one, 'median'))} (${digits(added(one, 'min'))})`,
          `${digits(added(one, 'median') / added(floor, 'median'))} (${digits(added(one, 'min') / added(floor, 'min'))})`,
        ]),
  ]);
  console.log(table(['', 'CPU µs/request', 'added (lowest)', 'added, in times the hand-written'], rows));
}
