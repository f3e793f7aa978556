/** A row: of each column its lines. */
export type Row = readonly (readonly string[])[];

const GAP = '  ';

/** A table of text: columns as wide as their longest line, cells of several lines one below the other. */
export function tableOf(titles: readonly string[], rows: readonly Row[]): string {
  const all: readonly Row[] = [titles.map((title) => [title]), ...rows];
  const widths = titles.map((_title, i) => Math.max(...all.flatMap((row) => (row[i] ?? []).map(widthOf))));
  return all.flatMap((row) => linesOf(row, widths)).join('\n');
}

function linesOf(row: Row, widths: readonly number[]): string[] {
  const height = Math.max(...row.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, i) => padded(row[i]?.[line] ?? '', width))
      .join(GAP)
      .trimEnd(),
  );
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - widthOf(text));
}

/** In characters as a reader counts them. */
function widthOf(text: string): number {
  return [...SEGMENTER.segment(text)].length;
}

const SEGMENTER = new Intl.Segmenter();
