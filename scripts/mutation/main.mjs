/**
 * The mutation check: `npm run mutation [-- rooms or paths …]`. Breaks one operator, condition, literal or statement at a
 * time and tells what no test notices. Exit code 1 below 90 % in any room, or when an entry of `equivalent.json` is no survivor.
 */
import { told } from './report.mjs';
import { chosenRooms } from './rooms.mjs';
import { Workers } from './workers.mjs';

/** How many tests are tried before the others: those that noticed most mutants until now. */
const BEST = 15;
const NO_MUTANT = 0;

async function checked(room) {
  const workers = new Workers(room);
  const begin = performance.now();
  const { mutants, tests, broken } = await workers.start();
  if (broken) throw new Error(`${room.name}: the specs do not load\n${broken}`);
  console.log(`${room.name}: ${mutants.length} mutants, ${tests} tests`);
  const base = await workers.ask({ baseline: { patience: 60_000 } }, 900_000);
  if (!base) throw new Error(`${room.name}: the tests do not end`);
  for (const { name, error } of base.failures) console.log(`  fails without a mutant: ${name}\n${error}`);
  const plan = planOf(base);
  for (const [i, mutant] of mutants.entries()) {
    Object.assign(mutant, await outcome(workers, mutant.id, plan));
    if ((i + 1) % 50 === 0) console.log(`  ${i + 1} tried, ${Math.round((performance.now() - begin) / 1000)} s`);
  }
  workers.stop();
  return told(room, mutants, base.failures.length, Math.round((performance.now() - begin) / 1000));
}

/** For each mutant the tests that reach it, quick ones first; times in ms. */
function planOf({ reaching, failures, atStart }) {
  const failing = new Set(failures.map(({ id }) => id));
  const quickFirst = reaching.filter(({ id }) => !failing.has(id)).sort((a, b) => a.took - b.took);
  const byMutant = new Map();
  for (const { id, took, calls, reached } of quickFirst) {
    for (const mutant of reached) byMutant.set(mutant, [...(byMutant.get(mutant) ?? []), { id, took, calls }]);
  }
  const longest = quickFirst.at(-1)?.took ?? 0;
  return {
    byMutant,
    all: quickFirst.map(({ id, took, calls }) => ({ id, took, calls })),
    atStart: new Set(atStart),
    kills: new Map(),
    ms: 20_000 + 15 * longest, // of silence
  };
}

/**
 * What broken code leaves open (a connection, a timer) fails later tests in the same process: a test that notices a mutant
 * must pass without it right after, or else the mutant is tried again in a process of its own.
 */
async function triedFairly(workers, id, chosen, plan) {
  const answer = await tried(workers, id, chosen, plan);
  const killer = chosen.filter((each) => each.id === answer?.test);
  if (killer.length === 0) return answer;
  const without = await workers.ask({ id: NO_MUTANT, chosen: killer }, plan.ms);
  if (without?.status === 'survived') return answer;
  workers.stop();
  return tried(workers, id, chosen, plan);
}

/** The answer of the first test that notices the mutant; undefined when the process hangs or ends. */
async function tried(workers, id, chosen, { kills, ms }) {
  const best = chosen.toSorted((a, b) => (kills.get(b.id) ?? 0) - (kills.get(a.id) ?? 0));
  let answer = await workers.ask({ id, chosen: best.slice(0, BEST) }, ms);
  const others = best.slice(BEST);
  if (answer?.status === 'survived' && others.length > 0) answer = await workers.ask({ id, chosen: others }, ms);
  if (answer?.test !== undefined) kills.set(answer.test, (kills.get(answer.test) ?? 0) + 1);
  return answer;
}

/** A mutant that is reached while modules load is tried again in a process of its own, on from the first line. */
async function outcome(workers, id, plan) {
  const { byMutant, all, atStart } = plan;
  const chosen = byMutant.get(id) ?? [];
  if (chosen.length > 0) {
    const answer = await triedFairly(workers, id, chosen, plan);
    if (answer?.status !== 'survived') return answer ?? { status: 'timeout' };
  }
  if (!atStart.has(id)) return { status: chosen.length > 0 ? 'survived' : 'unreached' };
  const start = await workers.start(id);
  if (!start || start.broken) return (workers.stop(), { status: 'killed', by: 'loading' });
  const answer = await tried(workers, id, all, plan);
  workers.stop();
  return answer ?? { status: 'timeout' };
}

const rooms = chosenRooms(process.argv.slice(2));
if (rooms.length === 0) throw new Error('No room and no mutated file has this name');
const scores = [];
for (const room of rooms) scores.push(await checked(room));
console.log(`\n${scores.map(({ line }) => line).join('\n')}`);
process.exitCode = scores.every(({ isGood }) => isGood) ? 0 : 1;
