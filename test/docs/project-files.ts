import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeBlock, projectBlocks, ROOT } from './code-blocks.js';

const PAGE = 'docs/test-runners.md';

export interface ProjectFile extends CodeBlock {
  readonly file: string;
}

/** The projects of the page by their headings. The files under the first heading belong to each of them. */
export function projects(): ReadonlyMap<string, readonly ProjectFile[]> {
  const [first, ...others] = sections();
  return new Map(others.map(([heading, files]) => [heading, [...(first?.[1] ?? []), ...files]]));
}

function sections(): [heading: string, files: ProjectFile[]][] {
  const lines = readFileSync(join(ROOT, PAGE), 'utf8').split('\n');
  const found = new Map<string, ProjectFile[]>();
  for (const block of projectBlocks().filter(({ page }) => page === PAGE)) {
    const heading = lines.slice(0, block.line).findLast((text) => text.startsWith('## ')) ?? '';
    found.set(heading.slice(3), [...(found.get(heading.slice(3)) ?? []), block as ProjectFile]);
  }
  return [...found];
}
