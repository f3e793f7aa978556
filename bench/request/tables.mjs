/** The tables of `bench:request`. */
import { otherOf } from '../library.mjs';
import { digits, goal, goals, spread, table } from '../report.mjs';

/** A server that was less busy had idle time to spare, or a neighbour on its core, in percent. */
export const BUSY = 95;
/** Rounds that differ by more say nothing about a tenth more or less, in percent of the median. */
export const SPREAD = 5;

const percent = (value) => (Number.isFinite(value) ? `${digits(value)} %` : '–');

export function printMeasured(results, node, platform) {
  const place = { node, platform };
  const rows = results.names.map((mode) => [
    mode,
    spread(results.of(place, mode, 'perSecond')),
    spread(results.of(place, mode, 'cpu')),
    toFloor(results, place, mode),
    percent(results.spread(place, mode)),
    percent(results.of(place, mode, 'busy').min),
    spread(results.of(place, mode, 'p50')),
    spread(results.of(place, mode, 'p99')),
  ]);
  const headings = [platform, 'requests/s', 'CPU µs/request', 'to its floor', 'spread', 'busy', 'p50 ms', 'p99 ms'];
  console.log(`## ${platform}, Node ${node.version}\n`);
  console.log(table(headings, rows));
  console.log('');
}

/** CPU per request divided by that of the row that does the same by hand: of the medians, and of the lowest rounds. */
function toFloor(results, place, mode) {
  const { floor } = results.modes[mode];
  if (!floor || !results.names.includes(floor)) return '–';
  const [own, least] = [results.of(place, mode, 'cpu'), results.of(place, floor, 'cpu')];
  return `${digits(own.median / least.median)} (${digits(own.min / least.min)})`;
}

/** This build beside the other: below 1 this one is faster. */
export function printAgainst(results, path) {
  const share = (place, mode, which) =>
    digits(results.of(place, mode, 'cpu')[which] / results.of(place, otherOf(mode), 'cpu')[which]);
  const rows = results.names
    .filter((mode) => mode !== otherOf(mode) && results.names.includes(otherOf(mode)))
    .map((mode) => [
      mode,
      ...results.columns.map((place) => `${share(place, mode, 'median')} (${share(place, mode, 'min')})`),
    ]);
  console.log(`## This build's CPU per request divided by that of ${path}: of the medians (of the lowest rounds)\n`);
  console.log(table(['', ...results.columnNames()], rows));
  console.log('');
}

/** What Nest's own interceptor machinery costs, and what is left without it. */
export function printMachinery(results) {
  const pairs = [
    ['an interceptor that does nothing', 'no library'],
    ['an interceptor that opens AsyncLocalStorage', 'no library'],
    ['a guard that does nothing', 'no library'],
    ['ours, memory', 'no library'],
    ['ours, memory, opened in a guard', 'no library'],
    ['ours, memory', 'an interceptor that opens AsyncLocalStorage'],
    ['ours, Redis, opened in a guard', 'floor: a guard with one HGETALL'],
    ['ours, Redis, opened in a guard', 'floor: an interceptor with one HGETALL'],
  ].filter((pair) => pair.every((mode) => results.names.includes(mode)));
  if (pairs.length === 0) return;
  const share = (place, mode, than) => percent(100 * results.ratio(place, 'perSecond', mode, than));
  console.log(
    "## What Nest's interceptor machinery costs, and what is left without it: throughput of the first as a share of the second's\n",
  );
  console.log(
    table(
      ['', ...results.columnNames()],
      pairs.map(([mode, than]) => [`${mode} / ${than}`, ...results.columns.map((place) => share(place, mode, than))]),
    ),
  );
  console.log('');
}

export function printGoals(results) {
  const floor = 'floor: an interceptor with one HGETALL';
  const comparisons = [
    ['ours, memory', 'an interceptor that does nothing', 100, { atLeast: 90, unit: ' %' }],
    ['ours, Redis', floor, 100, { atLeast: 90, unit: ' %' }],
    ['ours, Redis', 'VWO SDK in the handler, Redis, 5 features', 1, { atLeast: 20, unit: '×' }],
    ['ours, Redis', 'VWO SDK in the handler, Redis, 50 features', 1, { atLeast: 100, unit: '×' }],
  ];
  const names = results.columnNames();
  const rowsBy = (ratio, list) =>
    results.columns.flatMap((place, column) =>
      list.map(([mode, than, scale, wanted]) =>
        goal(`${names[column]}: ${mode} / ${than}`, scale * ratio(place, mode, than), wanted),
      ),
    );
  const floors = results.names.flatMap((mode) => {
    const its = results.modes[mode].floor;
    return its && results.names.includes(its) && mode.startsWith('ours') ? [[mode, its, 1, { atMost: 1.1 }]] : [];
  });
  console.log('## Goals, by requests per second\n');
  console.log(goals(rowsBy((place, ...pair) => results.ratio(place, 'perSecond', ...pair), comparisons)));
  console.log('\n## The same by CPU per request, which suffers less from neighbours\n');
  console.log(goals(rowsBy((place, ...pair) => 1 / results.ratio(place, 'cpu', ...pair), comparisons)));
  if (floors.length === 0) return;
  console.log('\n## CPU per request to that of the floor\n');
  console.log(goals(rowsBy((place, ...pair) => results.ratio(place, 'cpu', ...pair), floors)));
}

/** Names what must not be quoted as a result. */
export function printDoubtful(results) {
  const names = results.columnNames();
  const doubts = results.columns.flatMap((place, column) =>
    results.names.flatMap((mode) => {
      const busy = results.of(place, mode, 'busy').min;
      const differs = results.spread(place, mode);
      const why = [
        ...(busy < BUSY ? [`the server was ${percent(busy)} busy`] : []),
        ...(differs > SPREAD ? [`its rounds differ by ${percent(differs)}`] : []),
      ];
      return why.length > 0 ? [`- ${names[column]}, ${mode}: ${why.join('; ')}`] : [];
    }),
  );
  console.log('\n## No result\n');
  console.log(doubts.length > 0 ? doubts.join('\n') : 'Every row is one.');
}
