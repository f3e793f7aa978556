/** `npm run long-run`: very many requests while settings change and faults come and go; what the process holds before and after. */
import { parseArgs } from 'node:util';
import { command, whole } from './command.js';
import { longRun, type LongRunOptions, type LongRunResult } from './long-run.js';

const USAGE = `npm run long-run [-- options]

  --storage memory|redis|near  near: Redis with a near cache; default: one after the other
  --requests N            of each; default 1,000,000
  --users N               default 100,000
  --connections N         default 50
  --short                 20,000 requests of 2,000 users: what CI runs`;

/** How much more a process may hold at the end. */
const MOST_MORE = 1.05;

/** What does not hold, in words. */
export function broken({ failed, failures, wrong, decided, stored, afterWarmUp, atEnd }: LongRunResult): string[] {
  return [
    ...(decided === 0 || stored === 0 ? ['no flag came from rules, or none from the storage'] : []),
    ...(failed > 0 ? [`${failed} requests failed: ${failures.join('; ')}`] : []),
    ...(wrong > 0 ? [`${wrong} flags were other ones than the engine decides`] : []),
    ...(['heap', 'resources', 'listeners'] as const)
      .filter((what) => atEnd[what] > afterWarmUp[what] * MOST_MORE)
      .map((what) => `${what}: ${atEnd[what]} after ${afterWarmUp[what]}`),
  ];
}

function told(result: LongRunResult): string {
  const { storage, requests, users, seconds, failed, decided, stored, wrong, settings, faults } = result;
  const held = (['heap', 'resources', 'listeners'] as const).map((what) => {
    const [before, after] = [result.afterWarmUp[what], result.atEnd[what]];
    return `  ${what}: ${count(before)} after the warm-up, ${count(after)} at the end (${(after / before).toFixed(3)})`;
  });
  return [
    `${storage}: ${count(requests)} requests of ${count(users)} users, ${seconds.toFixed(0)} s after the warm-up, ${failed} failed`,
    `  flags by rules ${count(decided)}, from the storage ${count(stored)}, wrong ${wrong}; settings changed ${settings} times, ${faults} faults`,
    ...held,
    ...broken(result).map((line) => `  WRONG: ${line}`),
  ].join('\n');
}

const count = (value: number): string => value.toLocaleString('en-US');

function optionsOf(args: readonly string[]): { readonly help: boolean; readonly runs: readonly LongRunOptions[] } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      storage: { type: 'string', multiple: true, default: ['memory', 'redis', 'near'] },
      requests: { type: 'string' },
      users: { type: 'string' },
      connections: { type: 'string', default: '50' },
      short: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const requests = whole('--requests', values.requests ?? (values.short ? '20000' : '1000000'));
  const users = whole('--users', values.users ?? (values.short ? '2000' : '100000'));
  const connections = whole('--connections', values.connections);
  const runs = values.storage.map((storage) => {
    if (storage !== 'memory' && storage !== 'redis' && storage !== 'near')
      throw new Error(`--storage is memory, redis or near, got ${storage}`);
    return { storage, requests, users, connections } as const;
  });
  return { help: values.help, runs };
}

async function main(): Promise<void> {
  const { help, runs } = optionsOf(process.argv.slice(2));
  if (help) return console.log(USAGE);
  for (const options of runs) {
    const result = await longRun(options);
    console.log(told(result));
    if (broken(result).length > 0) process.exitCode = 1;
  }
}

command(main, USAGE);
