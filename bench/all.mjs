/**
 * All benchmarks one after the other, and what they print in one file. `npm run bench` in the repository's root; `-- --help` shows
 * the options.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { baseBuild, commitOf } from './base.mjs';
import { nodeBinaries } from './node-binaries.mjs';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    against: { type: 'string', default: '' },
    node: { type: 'string', default: '' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(`--short                a look at each, in about two minutes: too few rounds for a figure to quote
--only <regex>         only programs whose name matches: decide, handler, request, delivery, scale
--against <commit>     beside this build that of another commit, or of a checkout that is built, in the same rounds
--node <list>          versions or paths of Node, with commas (this one)
--out <file>           where the report goes (bench/reports/<date>-<commit>.md)`);
  process.exit();
}

/** Which options make each of them short; `nodes`: it takes several versions of Node itself. */
const PROGRAMS = [
  { name: 'decide', short: ['--rounds', '3', '--ms', '20', '--warmup', '150', '--no-segment', '--only', '^(hand-written$|(ours|other build): (decide|whole visit, 5 flags, memory storage)$)'] }, // prettier-ignore
  { name: 'handler', short: ['--rounds', '5', '--requests', '2000'] },
  { name: 'request', nodes: true, full: ['--rounds', '5'], short: ['--rounds', '1', '--seconds', '1', '--warmup', '1', '--platform', 'Fastify', '--only', '^(ours|other build), memory$'] }, // prettier-ignore
  { name: 'delivery', short: ['--rounds', '3', '--events', '4000', '--seconds', '0', '--only', '^(ours|other build|hand-written, node:http)'] }, // prettier-ignore
  { name: 'scale', nodes: true, short: ['--rounds', '1', '--sizes', '10,1000', '--no-visits'] },
].filter(({ name }) => new RegExp(options.only).test(name));

const head = commitOf('HEAD') ?? 'no-commit';
const out = options.out
  ? resolve(process.env.INIT_CWD ?? '.', options.out)
  : new URL(`reports/${new Date().toISOString().slice(0, 10)}-${head}.md`, import.meta.url).pathname;
mkdirSync(dirname(out), { recursive: true });
const report = createWriteStream(out);
const base = options.against ? baseBuild(options.against) : undefined;
try {
  say(`# Benchmarks of ${head}${base ? `, against ${base.commit ?? base.path}` : ''}\n`);
  if (options.short) say('The short form: a look, no figures to quote.\n');
  if (options.against && !base) say(`There is no commit ${options.against} here: this build alone.\n`);
  const nodes = options.node ? options.node.split(',') : [''];
  for (const program of PROGRAMS) {
    const runs = program.nodes ? [options.node] : nodes;
    for (const node of runs) if (!(await measured(program, node))) process.exitCode = 1;
  }
} finally {
  base?.remove();
  await new Promise((done) => report.end(done));
}
console.log(`\nThe report: ${relative(process.env.INIT_CWD ?? '.', out)}`);

/** Where the other build cannot be measured by the programs of this one, this build alone is. */
async function measured(program, node) {
  if (base && (await ran(program, node, ['--against', base.path]))) return true;
  if (base) say(`\n${program.name}: the other build cannot be measured so; this build alone follows.\n`);
  return ran(program, node, []);
}

async function ran({ name, nodes, full = [], short }, node, more) {
  const [{ path }] = nodeBinaries(nodes ? '' : node);
  const args = [...(options.short ? short : full), ...(nodes && node ? ['--node', node] : []), ...more];
  const file = new URL(`${name}/${name}.mjs`, import.meta.url).pathname;
  console.log(`── ${name} ${args.join(' ')}`);
  const child = spawn(path, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const code = await new Promise((done, failed) => child.on('close', done).on('error', failed));
  if (code === 0) say(text);
  else console.error(`${text}\n${name} ended with ${code}`);
  return code === 0;
}

function say(text) {
  console.log(text);
  report.write(`${text}\n`);
}
