/** `npm run dead-collector`: events of which VWO takes none; what the process holds, what is lost, and what arrives in the end. */
import { parseArgs } from 'node:util';
import { command, positive, whole } from './command.js';
import { deadCollector, type DeadCollectorOptions, type Sample } from './dead-collector.js';
import { broken } from './dead-collector-verdict.js';

const USAGE = `npm run dead-collector [-- options]

  --minutes N    how long VWO takes nothing: 503, silence, refused, reset, one after the other; default 10
  --rate N       events per second; default 1000
  --max-queue N  the option events.maxQueue; default 10000
  --short        10 s, and a queue of 2,000: what CI runs`;

function optionsOf(args: readonly string[]): DeadCollectorOptions & { readonly help: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      rate: { type: 'string', default: '1000' },
      'max-queue': { type: 'string' },
      short: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const {
    short,
    help,
    minutes = short ? String(1 / 6) : '10',
    'max-queue': maxQueue = short ? '2000' : '10000',
  } = values;
  return {
    help,
    minutes: positive('--minutes', minutes),
    rate: positive('--rate', values.rate),
    maxQueue: whole('--max-queue', maxQueue),
  };
}

const count = (value: number): string => value.toLocaleString('en-US');
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const HEAD = ['after, s', 'collector', 'heap, MB', 'waiting', 'their bytes, MB', 'POSTs', 'queued', 'sent', 'dropped'];

function row({ at, fault, heap, events, posts, queued, sent }: Sample): string {
  const { waiting, waitingBytes, dropped } = events;
  const reasons = Object.entries(dropped).flatMap(([reason, many]) => (many > 0 ? [`${reason} ${count(many)}`] : []));
  const cells = [
    at.toFixed(0),
    fault,
    megabytes(heap),
    count(waiting),
    megabytes(waitingBytes),
    posts,
    count(queued),
    sent,
  ];
  return line([...cells, reasons.join(', ') || '–']);
}

const line = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;

async function main(): Promise<void> {
  const { help, ...options } = optionsOf(process.argv.slice(2));
  if (help) return console.log(USAGE);
  console.log(`${line(HEAD)}\n${line(HEAD.map(() => '---'))}`);
  const result = await deadCollector(options, (sample) => console.log(row(sample)));
  const { arrived, after, recoveredIn, closedIn, end } = result;
  console.log(
    `\nThe collector is back: ${count(arrived.length)} events have arrived after ${(recoveredIn / 1_000).toFixed(1)} s, from number ` +
      `${count(arrived[0] ?? 0)} to number ${count(arrived.at(-1) ?? 0)}; ${count(after.events.waiting)} wait. ` +
      `The client closed in ${closedIn.toFixed(0)} ms, the process ended with ${end}. Node ${process.versions.node}.`,
  );
  const wrong = broken(result, options);
  for (const what of wrong) console.log(`WRONG: ${what}`);
  if (wrong.length === 0)
    console.log('Nothing is missing: every event was sent, dropped and counted, or waited, in its order.');
  else process.exitCode = 1;
}

command(main, USAGE);
