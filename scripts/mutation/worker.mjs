/**
 * A process in which the specs of a room run on mutated code. It is sent `{ coverage }`, then ids of mutants one by one,
 * and answers each with `{ id, status }`. Started with the environment variable MUTANT, that one is on from the first line.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { mutantSwitch } from './switch.mjs';
import { mutated } from './mutants.mjs';
import { collecting, run, tests } from './suite.mjs';

/** How long a `beforeAll` may take on a mutant, in ms. */
const HOOKS = 15_000;

const { files, specs, withoutTests } = JSON.parse(process.argv[2]);
process.on('unhandledRejection', () => undefined); // as under Jest
process.on('uncaughtException', () => undefined); // between two tests

const mutants = [];
const sources = new Map();
for (const file of files) {
  const { code, mutants: found } = mutated(file, readFileSync(file, 'utf8'), mutants.length + 1);
  mutants.push(...found);
  sources.set(pathToFileURL(file).href, code);
}
register(new URL('../typescript.hooks.mjs', import.meta.url), {
  data: { sources, aliases: { '@jest/globals': new URL('./suite.mjs', import.meta.url).href } },
});

const atStart = mutantSwitch.reached;
try {
  for (const spec of specs) await collecting(spec, () => import(pathToFileURL(spec).href));
} catch (error) {
  process.send({ broken: String(error?.stack ?? error) });
  process.exit();
}
const isUnknown = (begin) => !tests.some(({ name }) => name.startsWith(begin));
if (withoutTests.some(isUnknown)) {
  process.send({ broken: `rooms.mjs leaves out tests that there are none of: ${withoutTests.filter(isUnknown)}` });
  process.exit();
}
process.send({ mutants, tests: tests.length });

process.on('message', async (message) => {
  if ('baseline' in message) process.send(await baseline(message.baseline));
  else process.send({ id: message.id, ...(await tried(message)) });
});

/** Which tests reach which mutants, and which tests fail by themselves. */
async function baseline({ patience }) {
  const failures = [];
  const usable = tests.filter(({ name }) => !withoutTests.some((begin) => name.startsWith(begin)));
  await run(new Set(usable), patience, (test, error) => {
    test.calls = mutantSwitch.calls;
    if (error) failures.push({ id: test.id, name: `${test.file}: ${test.name}`, error: String(error?.stack ?? error) });
    return true;
  });
  const reaching = usable.map(({ id, took, calls, reached, parent }) => ({
    id,
    took,
    calls,
    reached: [...new Set([reached, ...parent.lineage.map((group) => group.reached)].flatMap((ids) => [...ids]))],
  }));
  return { failures, reaching, atStart: [...atStart] };
}

async function tried({ id, chosen }) {
  const wanted = new Set(chosen.map((each) => tests[each.id]));
  for (const { id: each, took, calls } of chosen) {
    Object.assign(tests[each], { patience: 3_000 + 10 * took, endless: 100_000 + 10 * calls });
  }
  Object.assign(mutantSwitch, { on: id, calls: 0 });
  let killedBy;
  let said = performance.now();
  await run(wanted, HOOKS, (test, error) => {
    if (performance.now() - said > 1_000) {
      said = performance.now();
      process.send({ busy: true });
    }
    if (error) killedBy = test;
    return !error;
  });
  Object.assign(mutantSwitch, { on: 0, endless: Infinity });
  return killedBy === undefined
    ? { status: 'survived' }
    : { status: 'killed', by: `${killedBy.file}: ${killedBy.name}`, test: killedBy.id };
}
