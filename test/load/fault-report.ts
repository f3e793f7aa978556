import type { Sample } from './load.process.js';
import type { RunResult, RunTimes } from './fault-run.js';

const COLUMNS = [
  'fault',
  'requests',
  'failed',
  'p50 ms',
  'p99 ms',
  'p50 before',
  'p99 before',
  'decided',
  'flipped',
  'not stored',
  'other stored',
  'impressions lost',
  'recovered after ms',
  'end ms',
];

/** All runs as a table in Markdown: `p50`, `p99` and `decided` are those of the time of the fault. */
export function table(results: readonly RunResult[]): string {
  const rows = results.map(row);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((cells) => cells[i]?.length ?? 0)));
  const written = (cells: readonly string[]): string =>
    `| ${cells.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const line = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [written(COLUMNS), `| ${line.join(' | ')} |`, ...rows.map(written)].join('\n');
}

function row(result: RunResult): string[] {
  const { fault, samples, times, verdict, ended } = result;
  const meanwhile = between(samples, times.begin, times.end);
  const before = between(samples, times.load, times.begin);
  const users = (count: number): string => `${whole(count)} of ${whole(verdict.users)}`;
  return [
    fault.name,
    whole(requests(samples)),
    whole(sum(samples, ({ failed }) => failed)),
    ms(quantile(meanwhile, 0.5)),
    ms(quantile(meanwhile, 0.99)),
    ms(quantile(before, 0.5)),
    ms(quantile(before, 0.99)),
    whole(sum(meanwhile, ({ decided }) => decided)),
    whole(sum(samples, ({ flipped }) => flipped)),
    users(verdict.notStored),
    whole(verdict.otherStored),
    users(verdict.notCounted),
    recovered(result),
    whole(ended.within),
  ];
}

/** From the end of the fault, or from its beginning where the servers end it, until the application saw its storage again. */
function recovered({ storage, times, fault }: RunResult): string {
  if (!storage.some(({ available }) => !available)) return '–';
  const back = storage.findLast(({ available }) => available);
  return back ? whole(Math.max(0, back.at - (fault.end ? times.end : times.begin))) : 'never';
}

export function between(samples: readonly Sample[], from: number, to: number): readonly Sample[] {
  return samples.filter(({ at }) => at > from && at <= to);
}

/** Of the latencies, in ms; undefined where there were none. */
export function quantile(samples: readonly Sample[], share: number): number | undefined {
  const all = samples.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
  return all[Math.min(all.length - 1, Math.floor(all.length * share))];
}

export function requests(samples: readonly Sample[]): number {
  return sum(samples, ({ latencies, failed }) => latencies.length + failed);
}

export function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

/** What must hold in each run, and did not. */
export function broken({ samples: all, fault, times, verdict, ended, failures }: RunResult): string[] {
  const samples = fault.stopsUnderLoad ? between(all, 0, times.stop) : all; // nobody answers after it
  const failed = sum(samples, (each) => each.failed);
  const flipped = sum(samples, (each) => each.flipped);
  const wrong = sum(samples, (each) => each.wrong);
  const { notStored, otherStored, notCounted } = verdict;
  const isOfVwo = fault.name.startsWith('VWO'); // events past the bound of the queue are dropped, and counted
  return [
    ...(requests(samples) === 0 ? ['nothing was asked'] : []),
    ...(failed > 0 ? [`${failed} requests failed: ${failures.join('; ')}`] : []),
    ...(wrong > 0 ? [`${wrong} flags were other ones than the engine decides`] : []),
    ...(flipped > 0 && !fault.loses ? [`${flipped} times a user was shown another variation`] : []),
    ...(notStored > 0 && !fault.loses ? [`decisions of ${notStored} users were not stored`] : []),
    ...(otherStored > 0 && !fault.loses ? [`of ${otherStored} users something else was stored than shown`] : []),
    ...(notCounted > 0 && !isOfVwo ? [`impressions of ${notCounted} users did not arrive`] : []),
    ...(ended.by === 'SIGTERM' ? [] : [`the application ended by ${ended.by}`]),
  ];
}

export function relative(times: RunTimes, at: number): number {
  return (at - times.load) / 1_000;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const ms = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(1));
