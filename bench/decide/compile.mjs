/** What `compile` takes for 1,000 features, in ms of CPU time: the first time in a process, as at start-up, and warm. Says it and ends. */
import { settings } from '../account.mjs';
import { compile } from '../engine.mjs';
import { median } from '../report.mjs';

const REPEATS = 15;

const times = [];
for (let repeat = 0; repeat < REPEATS; repeat += 1) {
  const given = settings(1_000, { segment: repeat % 2 === 1 });
  globalThis.gc({ type: 'minor' }); // and not a full one: see worker.mjs
  const start = process.cpuUsage();
  const compiled = compile(given);
  const { user, system } = process.cpuUsage(start);
  times.push((user + system) / 1000);
  if (compiled.featureKeys.length !== 1_000)
    throw new Error(`compiled ${compiled.featureKeys.length} of 1,000 features`);
}
process.send({ first: times[0], warm: median(times.slice(5)) });
process.disconnect();
