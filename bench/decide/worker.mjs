/**
 * One contender in a process of its own: other libraries' code, garbage and timers are elsewhere.
 * Tells its parent `{ ready }`, then answers `{ outcomes }` and `{ run }` messages, one at a time.
 *
 * A contender is `{ run(size, from, count), outcome(size, key, user), prepare?(…), settle?(size) }`.
 * `run` decides `count` flags, for the users from number `from` on, each user asking for the flag of its own number,
 * reads whether it is on and one variable, and gives back a checksum, so that nothing is computed for nobody.
 * `prepare` runs before and `settle` after, both off the clock: `settle` delivers what was queued.
 */
import { flagKey } from '../account.mjs';
import { CONTENDERS } from './contenders.mjs';

const { name, ...given } = JSON.parse(process.argv[2]);
const { module, variant = {} } = CONTENDERS[name];
const { open } = await import(`./contenders/${module}.mjs`);
const contender = await open({ ...given, variant });
const cursors = new Map();

async function outcomes({ size, users }) {
  const list = [];
  for (const user of users) list.push(await contender.outcome(size, flagKey(user % size), user));
  return { outcomes: list };
}

/**
 * Decides in chunks until `ms` of CPU time have gone by. Before that, only the young generation is collected: a forced full
 * collection throws optimised code away too, and what it costs to make it again would be measured instead.
 */
async function timed({ size, ms, chunk }) {
  globalThis.gc({ type: 'minor' });
  let [spent, delivery, decisions, checksum] = [0, 0, 0, 0];
  while (spent < ms * 1000) {
    const from = nextUsers(size, chunk);
    await contender.prepare?.(size, from, chunk);
    const start = process.cpuUsage();
    let sum = contender.run(size, from, chunk);
    if (typeof sum !== 'number') sum = await sum;
    spent += microseconds(start);
    decisions += chunk;
    checksum += sum;
    const over = process.cpuUsage();
    await contender.settle?.(size);
    delivery += microseconds(over);
  }
  if (!(checksum > 0)) throw new Error(`${name}: no flag was on`);
  return { perDecision: spent / decisions, delivery: delivery / decisions };
}

/** CPU time of this process, its garbage collector included: nobody here waits for anything, and neighbours do not count. */
function microseconds(since) {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

/** Chunks follow each other through the users; a user comes once in a chunk. */
function nextUsers(size, count) {
  const next = cursors.get(size) ?? 0;
  const from = next + count > given.users ? 0 : next;
  cursors.set(size, from + count);
  return from;
}

process.on('message', (message) => {
  const work = message.users ? outcomes(message) : timed(message);
  work.then(
    (result) => process.send(result),
    (error) => process.send({ error: `${name}: ${error.stack}` }),
  );
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
