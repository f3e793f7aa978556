import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';

/** A case that failed once, and where it was drawn: by the generators of that day, others may draw another one now. */
export interface KeptCase extends WhereDrawn {
  /** The case itself: see case-text.ts. */
  readonly text: string;
}

export interface WhereDrawn {
  readonly target: string;
  readonly seed: number;
  readonly case: number;
  /** What was wrong. */
  readonly found: string;
}

/** Cases that `npm test` tries, each in a file of its own. */
export const CORPUS = new URL('./corpus/', import.meta.url);

/** What `npm run fuzz` found to fail; once it is mended, the file belongs in `corpus/`. */
const FAILED = new URL('./failed/', import.meta.url);

export function corpus(): readonly (KeptCase & { readonly file: string })[] {
  return readdirSync(CORPUS).map((file) => ({ file, ...keptCase(fileURLToPath(new URL(file, CORPUS))) }));
}

export function keptCase(path: string): KeptCase {
  const { drawn, ...where } = JSON.parse(readFileSync(path, 'utf8')) as WhereDrawn & { readonly drawn: unknown };
  return { ...where, text: JSON.stringify(drawn) };
}

/** Writes it among those that failed. Returns the path from the working directory. */
export function keepCase(where: WhereDrawn, text: string): string {
  mkdirSync(FAILED, { recursive: true });
  const path = fileURLToPath(new URL(`${where.target}-${where.seed}-${where.case}.json`, FAILED));
  writeFileSync(path, `${JSON.stringify({ ...where, drawn: JSON.parse(text) as unknown }, undefined, 1)}\n`);
  return relative(process.cwd(), path);
}
