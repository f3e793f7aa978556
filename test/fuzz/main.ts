/** `npm run fuzz`: rounds over the targets until the time is up; what fails is shown with the command that repeats it. */
import { judge } from '../differential/judge.js';
import { type FuzzOptions, fuzzOptionsOf, USAGE } from './fuzz.options.js';
import { FuzzReport } from './fuzz.report.js';
import { RoundProcess } from './round.process.js';
import { keepCase, keptCase } from './kept-case.js';
import type { FailedCase, RoundEnd, RoundOrder } from './round.js';
import { TARGETS, targetNamed } from './targets.js';

/** A round takes this long at most, in ms: what VWO's SDKs leave in memory stays small. */
const LONGEST = 20_000;

/** Of what was found, in the file of a case, in characters. */
const LONGEST_FOUND = 200;

const report = new FuzzReport((line) => console.log(line));
let current: RoundProcess | undefined;

async function run(order: RoundOrder): Promise<RoundEnd> {
  current = new RoundProcess(order);
  const end = await current.end();
  current = undefined;
  return end;
}

async function tryRound(order: RoundOrder): Promise<void> {
  const end = await run(order);
  const { failed } = end;
  if (!failed) return report.add(order, end, true);
  const { text } = failed;
  const again = { ...order, given: text, first: failed.case, last: failed.case };
  const alone = (await run(again)).failed !== undefined;
  report.add(
    order,
    end,
    alone,
    text === undefined || order.given !== undefined ? undefined : keptAs(order, failed, text),
  );
}

function keptAs({ target, seed }: RoundOrder, { case: n, message }: FailedCase, text: string): string {
  return keepCase({ target, seed, case: n, found: (message.split('\n')[0] ?? '').slice(0, LONGEST_FOUND) }, text);
}

async function keepOnly({ seed, cases, targets: [target = ''] }: FuzzOptions): Promise<void> {
  const n = cases?.[0] ?? 0;
  const { drawn } = await run({ target, seed, first: n, last: n, until: 0, drawsOnly: true });
  if (drawn === undefined) throw new Error('the case could not be drawn');
  console.log(`kept: ${keepCase({ target, seed, case: n, found: '' }, drawn)}`);
}

async function tryFile(path: string): Promise<void> {
  const { target, seed, case: n, text } = keptCase(path);
  await tryRound({ target, seed, first: n, last: n, until: 0, given: text });
}

/** All targets in turn, so that each has its share however short the time is. */
async function tryAll({ minutes, seed, targets }: FuzzOptions): Promise<void> {
  const wanted = targets.length > 0 ? targets.map(targetNamed) : TARGETS;
  const end = Date.now() + minutes * 60_000;
  for (let turn = 0, next = seed; turn === 0 || Date.now() < end; turn++) {
    for (const [i, { name }] of wanted.entries()) {
      const share = Math.max(0, end - Date.now()) / (wanted.length - i);
      const until = Date.now() + Math.min(LONGEST, share);
      await tryRound({ target: name, seed: next++, first: 0, last: undefined, until });
    }
  }
}

async function main(): Promise<void> {
  const options = fuzzOptionsOf(process.argv.slice(2));
  for (const name of options.targets) targetNamed(name);
  console.log(`seed ${options.seed}, compared with version ${judge.version} of VWO's FME SDK`);
  const [target = ''] = options.targets;
  const { seed, cases } = options;
  if (options.keeps) return keepOnly(options);
  if (options.file !== undefined) await tryFile(options.file);
  else if (cases) await tryRound({ target, seed, first: cases[0], last: cases[1], until: 0 });
  else await tryAll(options);
  report.summary();
  process.exitCode = report.failures > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    current?.stop();
    report.summary();
    process.exit(1);
  });
}
main().catch((error: unknown) => {
  current?.stop();
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
});
