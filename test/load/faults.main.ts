/** `npm run faults`: an application under load, with one fault after the other; what the requests saw, as a table. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CLIENTS } from './account.js';
import { command, positive } from './command.js';
import { FAULTS } from './faults.list.js';
import { picture } from './fault-picture.js';
import { broken, table } from './fault-report.js';
import { run, type RunResult } from './fault-run.js';

const USAGE = `npm run faults [-- options]

  --only TEXT      faults whose name has this text
  --short          a few of them, 6 s and 400 requests/s each: what CI runs
  --seconds N      how long the load lasts in each run; default 24
  --client NAME    fme, sdk (VWO's own SDK decides) or full-stack; default fme
  --near-cache     with a near cache in each of them
  --rate N         requests per second; default 2000
  --connections N  default 50
  --json FILE      the figures for other programs
  --picture FILE   the first run over time, as an SVG
  --list           the names of the faults, and nothing else`;

const SHORT = [
  'Redis: killed and restarted',
  'Redis: paused and continued',
  'near cache: Redis killed and restarted',
  'VWO: events: 503',
];

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      short: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      client: { type: 'string', default: 'fme' },
      'near-cache': { type: 'boolean', default: false },
      rate: { type: 'string' },
      connections: { type: 'string', default: '50' },
      json: { type: 'string' },
      picture: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, short, seconds = short ? '6' : '24', rate = short ? '400' : '2000' } = values;
  const faults = FAULTS.filter(({ name }) => name.includes(only) && (!short || SHORT.includes(name)));
  const client = CLIENTS.find((name) => name === values.client);
  if (!client) throw new Error(`--client is one of ${CLIENTS.join(', ')}, got ${values.client}`);
  if (faults.length === 0) throw new Error(`No fault has ${only} in its name. All names: --list`);
  return {
    ...values,
    faults,
    run: {
      client,
      nearCache: values['near-cache'],
      seconds: positive('--seconds', seconds),
      rate: positive('--rate', rate),
      connections: positive('--connections', values.connections),
    },
  };
}

async function main(): Promise<void> {
  const { faults, run: options, json, picture: file, list, help } = optionsOf(process.argv.slice(2));
  if (help) return console.log(USAGE);
  if (list) return console.log(faults.map(({ name }) => name).join('\n'));
  const results: RunResult[] = [];
  for (const fault of faults) {
    const result = await run(fault, options);
    results.push(result);
    console.log([fault.name, ...result.log.map((line) => `  ${line}`)].join('\n'));
    const wrong = broken(result);
    for (const line of wrong) console.log(`  WRONG: ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
  console.log(
    `\nNode ${process.versions.node}; client ${options.client}; ${options.connections} connections, ${options.rate} requests/s, ${options.seconds} s each\n`,
  );
  console.log(table(results));
  if (json) await writeFile(json, JSON.stringify(results));
  const [first] = results;
  if (file && first) await writeFile(file, picture(first));
}

command(main, USAGE);
