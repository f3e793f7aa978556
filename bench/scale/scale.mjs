/**
 * What the size of an account, of a user's stored records and of a visit costs. `npm run bench:scale` in the repository's root;
 * `-- --help` shows the options. Each size has a process of its own, one at a time, in shuffled order in each round.
 */
import { parseArgs } from 'node:util';
import { load } from '../library.mjs';
import { answer, description, end, forkOn, MEASURED } from '../machine.mjs';
import { digits, goal, goals, median, shuffled, table } from '../report.mjs';
import { scaled } from './accounts.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log('--rounds <n>  rounds, the tables show their median (5)');
  process.exit();
}

const SIZES = [10, 100, 1_000, 5_000];
const VISITS_OF = 1_000;
const rounds = Number(options.rounds);
const worker = new URL('worker.mjs', import.meta.url).pathname;
const { VwoEdge } = await load('edge');

console.log(`# What size costs

${description()}
Median of ${rounds} rounds. Accounts are made of the settings and segments that VWO publishes for testing SDKs, again and again. CPU time is the clock, but for
the event loop: the longest time that it stood still while a running client fetched other settings and made them ready.
`);

const edge = await VwoEdge.start({ keep: { events: 1, requests: 1 } });
try {
  const measured = new Map(SIZES.map((size) => [size, []]));
  const visits = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const size of shuffled(SIZES)) {
      measured.get(size).push(await run({ size, url: edge.url }));
      console.error(`round ${round}: ${size} features`);
    }
    visits.push(await run({ size: VISITS_OF, visits: true }));
  }
  printSizes(measured);
  printVisits(visits.map(({ rows }) => rows));
  const of = (size, name) => median(measured.get(size).map((figures) => figures[name]));
  console.log(`\n## Goals\n`);
  console.log(
    goals([
      goal('the event loop stands still for a change of 5,000 features', of(5_000, 'blocked'), {
        atMost: 10,
        unit: ' ms',
      }),
      goal('a decision of 5,000 features / of 10', of(5_000, 'decision') / of(10, 'decision'), {
        atMost: 1.1,
        unit: '×',
      }),
    ]),
  );
} finally {
  await edge.close();
}

async function run(what) {
  if (!what.visits) edge.setSettings(scaled(what.size));
  const child = forkOn(MEASURED, worker, [JSON.stringify(what)], { nodeArgs: ['--expose-gc'] });
  try {
    for (let version = 2; ; version += 1) {
      const said = await answer(child);
      if (!said.other) return said;
      edge.setSettings(scaled(what.size, version));
      child.send('changed');
    }
  } finally {
    await end(child);
  }
}

function printSizes(measured) {
  const columns = {
    json: [1e-6, 'JSON, MB'],
    first: [1, 'compile, first time, ms'],
    warm: [1, 'compile, warm, ms'],
    bytes: [1e-6, 'heap, MB'],
    decision: [1, 'one decision, µs'],
    blocked: [1, 'event loop stands still at a change, ms'],
  };
  const rows = [...measured].map(([size, all]) => [
    size.toLocaleString('en-US'),
    ...Object.entries(columns).map(([name, [unit]]) => digits(median(all.map((figures) => figures[name])) * unit)),
  ]);
  console.log(`\n## By features\n`);
  console.log(table(['features', ...Object.values(columns).map(([, title]) => title)], rows));
}

function printVisits([first, ...others]) {
  const rows = first.map((row, index) => {
    const figure = (flags) =>
      row[flags] === undefined
        ? '–'
        : digits(median([row, ...others.map((rows) => rows[index])].map((one) => one[flags])));
    return [
      `${row.records} records, ${row.declared === undefined ? "preload 'all'" : `${row.declared} declared`}`,
      figure(1),
      figure(5),
      figure(20),
    ];
  });
  console.log(
    `\n## A whole visit of a returning user, CPU µs, by flags read (account of ${VISITS_OF} features, memory storage)\n`,
  );
  console.log(table(['the user has', '1 flag', '5 flags', '20 flags'], rows));
}
