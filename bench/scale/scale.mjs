/**
 * What the size of an account, of a user's stored records and of a visit costs. `npm run bench:scale` in the repository's root;
 * `-- --help` shows the options. Each size has a process of its own, one at a time, in shuffled order in each round.
 */
import { parseArgs } from 'node:util';
import { load, OTHER_BUILD, otherBuild } from '../library.mjs';
import { nodeBinaries } from '../node-binaries.mjs';
import { answer, description, end, forkOn, MEASURED } from '../machine.mjs';
import { digits, goal, goals, median, shuffled, table } from '../report.mjs';
import { scaled } from './accounts.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    sizes: { type: 'string', default: '10,100,1000,5000' },
    'no-visits': { type: 'boolean', default: false },
    against: { type: 'string' },
    node: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`--rounds <n>      rounds, the tables show their median (5)
--sizes <list>    features of the accounts, with commas (10,100,1000,5000)
--no-visits       leave out the second table
--against <path>  measure the build of another checkout in the same rounds
--node <list>     versions or paths of Node, with commas (this one)`);
  process.exit();
}

const SIZES = options.sizes.split(',').map(Number);
const [SMALLEST, LARGEST] = [Math.min(...SIZES), Math.max(...SIZES)];
const VISITS_OF = 1_000;
const rounds = Number(options.rounds);
if (options.against) otherBuild(options.against);
/** By name, the environment of their processes. */
const BUILDS = { ours: {}, ...(options.against && { 'other build': OTHER_BUILD }) };
const nodes = nodeBinaries(options.node);
const RUNS = nodes.flatMap((node) =>
  Object.keys(BUILDS).flatMap((build) => SIZES.map((size) => ({ node, build, size }))),
);
const worker = new URL('worker.mjs', import.meta.url).pathname;
const { VwoEdge } = await load('edge');

console.log(`# What size costs

${description(nodes.map(({ version }) => version))}
Median of ${rounds} rounds. Accounts are made of the settings and segments that VWO publishes for testing SDKs, again and again. CPU time is the clock. A change: a running client
fetches other settings, of which one feature in fifty differs, and makes them ready; the longest turn of the event loop meanwhile, and all work of its thread.
`);

const edge = await VwoEdge.start({ keep: { events: 1, requests: 1 } });
try {
  const measured = new Map(RUNS.map((one) => [one, []]));
  const visits = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const one of shuffled(RUNS)) {
      const { node, build, size } = one;
      measured.get(one).push(await run({ size, url: edge.url }, BUILDS[build], node.path));
      console.error(`round ${round}: Node ${node.version}, ${build}, ${size} features`);
    }
    if (!options['no-visits']) visits.push(await run({ size: VISITS_OF, visits: true }));
  }
  for (const node of nodes) printSizes(node, measured);
  if (visits.length > 0) printVisits(visits.map(({ rows }) => rows));
  console.log(`\n## Goals\n`);
  console.log(goals(nodes.flatMap(goalsOn)));
  function goalsOn({ version }) {
    const of = (wanted, name) => {
      const one = RUNS.find(({ node, build, size }) => node.version === version && build === 'ours' && size === wanted);
      return median(measured.get(one).map((figures) => figures[name]));
    };
    return [
      goal(
        `Node ${version}: the longest turn of the event loop at a change, ${LARGEST} features`,
        of(LARGEST, 'blocked'),
        {
          atMost: 10,
          unit: ' ms',
        },
      ),
      goal(
        `Node ${version}: a decision of ${LARGEST} features / of ${SMALLEST}`,
        of(LARGEST, 'decision') / of(SMALLEST, 'decision'),
        {
          atMost: 1.1,
          unit: '×',
        },
      ),
    ];
  }
} finally {
  await edge.close();
}

async function run(what, env = {}, node = nodes[0].path) {
  if (!what.visits) edge.setSettings(scaled(what.size));
  const child = forkOn(MEASURED, worker, [JSON.stringify(what)], { nodeArgs: ['--expose-gc'], env, node });
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

function printSizes(node, measured) {
  const columns = {
    json: [1e-6, 'JSON, MB'],
    first: [1, 'compile, first time, ms'],
    warm: [1, 'compile, warm, ms'],
    bytes: [1e-6, 'compiled, MB'],
    decision: [1, 'one decision, ten flags in turn, µs'],
    rotation: [1, 'all flags in turn, µs'],
    running: [1e-6, 'heap of a client, MB'],
    blocked: [1, 'a change: longest turn, ms'],
    work: [1, 'all work, ms'],
  };
  const runs = [...measured].filter(([one]) => one.node === node);
  const rows = runs.map(([{ build, size }, all]) => [
    `${size.toLocaleString('en-US')}${build === 'ours' ? '' : `, ${build}`}`,
    ...Object.entries(columns).map(([name, [unit]]) => digits(median(all.map((figures) => figures[name])) * unit)),
  ]);
  console.log(`\n## By features, Node ${node.version}\n`);
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
    `\n## A whole visit of a returning user, CPU µs, by flags read (account of ${VISITS_OF} features, memory storage, Node ${nodes[0].version})\n`,
  );
  console.log(table(['the user has', '1 flag', '5 flags', '20 flags'], rows));
}
