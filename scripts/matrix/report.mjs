const STEPS = ['build', 'start', 'http', 'stop', 'unit', 'e2e'];

const COLUMNS = ['node', 'NestJS', 'platform', 'client', 'tool', ...STEPS];

/** One line when the cell is done, and what was printed where it has failed. */
export function told({ cell, steps, times, took, error, folder }) {
  const failed = error && Object.entries(steps).find(([, outcome]) => outcome === 'failed')?.[0];
  const outcome = error ? `FAILED at ${failed ?? 'its servers'}` : 'ok';
  const each = Object.entries(times).map(([step, ms]) => `${step} ${seconds(ms)}`);
  const line = `${outcome}  ${cell.name}  ${seconds(took)} s (${each.join(', ')})`;
  return error ? `${line}\n   in ${folder}\n${error.stack}\n` : line;
}

const seconds = (ms) => (ms / 1000).toFixed(1);

/** All cells as a table in Markdown. */
export function table(results) {
  const rows = results.map(({ cell, versions, steps }) => [
    versions.node,
    `${versions.nest} ${cell.format === 'esm' ? 'ESM' : 'CommonJS'}, ${cell.runner === 'jest' ? 'Jest' : 'Vitest'}`,
    cell.platform,
    versions.client,
    cell.tool,
    ...STEPS.map((step) => steps[step] ?? 'not tried'),
  ]);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const written = (row) => `| ${row.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`;
  return [written(COLUMNS), written(widths.map((width) => '-'.repeat(width))), ...rows.map(written)].join('\n');
}

/** For other programs. */
export function asJson(results) {
  const plain = results.map(({ cell, versions, steps, took, error }) => ({
    ...cell,
    versions,
    steps,
    tookMs: Math.round(took),
    error: error?.message,
  }));
  return `${JSON.stringify(plain, null, 2)}\n`;
}
