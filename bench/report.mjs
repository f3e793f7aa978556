/** Medians, tables and goals, for both benchmarks. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What was measured of one thing in all rounds. */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Three digits that mean something: 0.152, 6.61, 604, 11,100. */
export function digits(value) {
  if (!Number.isFinite(value)) return '–';
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 3 });
}

export function spread({ median, min, max }) {
  return `${digits(median)} (${digits(min)}..${digits(max)})`;
}

/** A Markdown table with aligned columns: readable in the terminal, and in a README as it is. */
export function table(headings, rows) {
  const cells = [headings, ...rows].map((row) => row.map(String));
  const widths = headings.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/**
 * One goal and whether it was reached. `wanted`: `{ atMost }` or `{ atLeast }`.
 * Benchmarks assert nothing: the exit code does not depend on it.
 */
export function goal(what, measured, wanted) {
  const [bound, sign, met] =
    wanted.atMost === undefined
      ? [wanted.atLeast, '≥', measured >= wanted.atLeast]
      : [wanted.atMost, '≤', measured <= wanted.atMost];
  const verdict = Number.isFinite(measured) ? (met ? 'reached' : 'MISSED') : 'not measured';
  return [what, `${sign} ${digits(bound)}${wanted.unit ?? ''}`, `${digits(measured)}${wanted.unit ?? ''}`, verdict];
}

export function goals(list) {
  return table(['goal', 'wanted', 'measured', ''], list);
}

/** What is measured must be shuffled: whoever always runs after the same neighbour inherits its garbage. */
export function shuffled(list) {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
