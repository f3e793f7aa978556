import type { Sample } from './load.process.js';
import { quantile, relative } from './fault-report.js';
import type { RunResult } from './fault-run.js';

/** One line over time. `points`: seconds since the load began, and the value. */
interface Curve {
  readonly title: string;
  readonly points: readonly (readonly [number, number])[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const [WIDTH, LEFT, RIGHT, HEIGHT, GAP, TOP] = [860, 70, 20, 70, 34, 64];

/** A run over time: requests per second, latency, what waits; with the fault and the time in which the storage counted as away. */
export function picture(run: RunResult): string {
  const { fault, times, samples } = run;
  const seconds = relative(times, times.stop);
  const curves = curvesOf(run);
  const height = TOP + curves.length * (HEIGHT + GAP) + 20;
  const x = (second: number): number => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const faulty: Span = { from: relative(times, times.begin), to: relative(times, times.end) };
  const spans = [
    ...box(faulty, x, height, '#f6c9c4', fault.name),
    ...away(run, seconds).flatMap((span) => strip(span, x)),
  ];
  const plots = curves.flatMap((curve, i) => plot(curve, x, TOP + i * (HEIGHT + GAP)));
  const settings = x(relative(times, times.settings));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<title>${escaped(fault.name)}, ${samples.length} samples</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...spans,
    `<path d="M${fixed(settings)} ${TOP - 8}V${height - 20}" stroke="#666" stroke-dasharray="3 3"/>`,
    `<text x="${fixed(settings + 4)}" y="${TOP - 12}">other settings</text>`,
    ...plots,
    ...axis(seconds, x, height),
    '</svg>',
    '',
  ].join('\n');
}

function curvesOf({ samples, states, times }: RunResult): Curve[] {
  const at = (sample: { readonly at: number }): number => relative(times, sample.at);
  const inTime = samples.filter((sample) => at(sample) >= 0 && sample.at <= times.stop + 500);
  const latency = (title: string, share: number): Curve => ({
    title,
    points: inTime.flatMap((sample) => {
      const value = quantile([sample], share);
      return value === undefined ? [] : [[at(sample), value] as const];
    }),
  });
  const perSecond = (count: (sample: Sample) => number): readonly (readonly [number, number])[] =>
    inTime.slice(1).map((sample, i) => {
      const span = (sample.at - (inTime[i]?.at ?? sample.at)) / 1_000 || 1;
      return [at(sample), count(sample) / span] as const;
    });
  const waiting = ({ counters: { eventsQueued = 0, eventsSent = 0, eventsDropped = 0 } }: (typeof states)[number]) =>
    eventsQueued - eventsSent - eventsDropped;
  return [
    { title: 'requests per second', points: perSecond(({ latencies }) => latencies.length) },
    { title: 'failed requests per second', points: perSecond(({ failed }) => failed) },
    latency('latency, median, ms', 0.5),
    latency('latency, 99th percentile, ms', 0.99),
    { title: 'flags from storage per second', points: perSecond(({ stored }) => stored) },
    {
      title: 'events waiting',
      points: states.filter((state) => at(state) >= 0).map((state) => [at(state), waiting(state)]),
    },
  ];
}

/** The times in which the application counted its storage as away. */
function away({ storage, times }: RunResult, seconds: number): Span[] {
  return storage.flatMap(({ available, at }, i) =>
    available
      ? []
      : [
          {
            from: Math.max(0, relative(times, at)),
            to: relative(times, storage[i + 1]?.at ?? times.load + seconds * 1_000),
          },
        ],
  );
}

type Place = (second: number) => number;

function box({ from, to }: Span, x: Place, height: number, color: string, name: string): string[] {
  return [
    `<rect x="${fixed(x(from))}" y="${TOP - 8}" width="${fixed(x(to) - x(from))}" height="${height - TOP - 12}" fill="${color}" opacity="0.5"/>`,
    `<text x="${fixed(x(from) + 4)}" y="${TOP - 12}">${escaped(name)}</text>`,
  ];
}

function strip({ from, to }: Span, x: Place): string[] {
  return [
    `<rect x="${fixed(x(from))}" y="22" width="${fixed(Math.max(1, x(to) - x(from)))}" height="8" fill="#b3392e"/>`,
    `<text x="${LEFT}" y="16">storage counted as away</text>`,
  ];
}

function plot({ title, points }: Curve, x: Place, top: number): string[] {
  const most = Math.max(1, ...points.map(([, value]) => value));
  const y = (value: number): number => top + HEIGHT - (value / most) * HEIGHT;
  const line = points
    .map(([second, value], i) => `${i === 0 ? 'M' : 'L'}${fixed(x(second))} ${fixed(y(value))}`)
    .join('');
  return [
    `<text x="${LEFT}" y="${top - 6}" fill="#555">${escaped(title)}</text>`,
    `<path d="M${LEFT} ${top}V${top + HEIGHT}H${WIDTH - RIGHT}" fill="none" stroke="#999"/>`,
    `<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${label(most)}</text>`,
    `<text x="${LEFT - 6}" y="${top + HEIGHT}" text-anchor="end">0</text>`,
    `<path d="${line}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>`,
  ];
}

function axis(seconds: number, x: Place, height: number): string[] {
  const step = seconds > 12 ? 4 : 1;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step).map(
    (second) => `<text x="${fixed(x(second))}" y="${height - 6}" text-anchor="middle">${second} s</text>`,
  );
}

const fixed = (value: number): string => value.toFixed(1);
const label = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1));
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
