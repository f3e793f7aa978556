import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// What is done with the blocks of code in README.md, CONTRIBUTING.md and docs/. For whoever writes a page:
//
// ```ts      A whole module, as a reader would paste it into a project that has the package, NestJS and ioredis: it is
//            type-checked. Nothing else is declared, and no block sees another one, but for what a block of the same page
//            says by `declare module 'nestjs-vwo'`.
//            - A block without `await` at its top level is imported as well, so that what it does when it is loaded works
//              (decorators, `VwoModule.forRoot`). VWO_SDK_KEY is set.
//            - A block that imports from '@jest/globals' is run as a spec. It must have a test.
//            - A block after which "It prints:" and a block ```text follow is run, must end by itself, and must print exactly that.
//            - Other blocks with `await` at the top level (`app.listen(3000)`) are type-checked only.
// ```js      A CommonJS program; it is run.
// ```json    Must be JSON.
// ```sh      `npm run x` must be a script of this package, `sh x` and `jest x` a file, `npm install x` the package or a peer.
// ```text    Output, see above; nothing else.
// After a line with nothing but "`shop.spec.ts`:" a block is a file of a project, and nothing of the above is done with it: projects.spec.ts
// compiles and runs those of docs/test-runners.md, `npm run matrix` those of docs/openfeature.md.
// ```        README's session with `$ npm run sample` is compared with the sample app; others are pictures, and left alone.
//
// In the text: `npm run x` must be a script, and a path of a file with a slash must exist, seen from the root, from lib/, from the
// page or from src/ beside it. Links and headings are checked in names.spec.ts.
//
// One page only, without building anything: NODE_OPTIONS=--experimental-vm-modules npx jest test/docs/types.spec.ts test/docs/examples.spec.ts -t docs/flags.md

export const ROOT = join(import.meta.dirname, '../..');

export interface CodeBlock {
  readonly page: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** What it prints, where the page shows that. */
  readonly output: string | undefined;
  /** The file of a project that it is, where the line before says so. */
  readonly file: string | undefined;
}

/** `docs/flags.md:8`, for names of tests. */
export function placeOf({ page, line }: CodeBlock): string {
  return `${page}:${line}`;
}

export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'sample-app/README.md',
  'bench/README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => `docs/${file}`),
];

/** Those that stand for themselves. */
export function codeBlocks(): CodeBlock[] {
  return allBlocks().filter(({ file }) => file === undefined);
}

/** Those that are files of a project. */
export function projectBlocks(): CodeBlock[] {
  return allBlocks().filter(({ file }) => file !== undefined);
}

function allBlocks(): CodeBlock[] {
  return PAGES.flatMap((page) => blocksOf(page, readFileSync(join(ROOT, page), 'utf8')));
}

export function blocksOf(page: string, text: string): CodeBlock[] {
  const fenced = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return fenced.map(([whole, language = '', code = ''], i) => {
    const start = fenced[i]?.index ?? 0;
    const next = fenced[i + 1];
    const between = text.slice(start + whole.length, next?.index);
    const before = text.slice(0, start);
    return {
      page,
      line: before.split('\n').length + 1,
      language,
      text: code,
      output: next && between.trim() === 'It prints:' ? next[2] : undefined,
      file: /^`([\w.-]+)`:\n\n$/m.exec(before.slice(before.lastIndexOf('\n`') + 1))?.[1],
    };
  });
}
