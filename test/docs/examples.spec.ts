import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type CodeBlock, codeBlocks, placeOf, ROOT } from './code-blocks.js';
import { Examples, type SpecResult } from './examples.js';

const blocks = codeBlocks();
const modules = blocks.filter(({ language }) => language === 'ts');
const specs = modules.filter(({ text }) => text.includes("from '@jest/globals'"));
const programs = modules.filter(({ output }) => output !== undefined);
const loaded = modules.filter(
  (block) => !specs.includes(block) && !programs.includes(block) && !hasTopLevelAwait(block),
);
const commonJs = blocks.filter(({ language }) => language === 'js');

const named = (some: readonly CodeBlock[]) => some.map((block): [string, CodeBlock] => [placeOf(block), block]);

let examples: Examples;
beforeAll(async () => void (examples = await Examples.prepare()));
afterAll(() => examples.remove());

describe('an example prints what the page shows, and ends by itself', () => {
  it.each(named(programs))('%s', async (_place, block) => {
    expect(await examples.run(block)).toMatchObject({ code: 0, out: block.output });
  });
});

it('every output that a page shows as ```text follows its example, after a line "It prints:"', () => {
  const compared = programs.map(({ output }) => output);
  const outputs = blocks.filter(({ language }) => language === 'text');
  expect(outputs.filter(({ text }) => !compared.includes(text)).map(placeOf)).toEqual([]);
});

describe('an example for CommonJS runs', () => {
  it.each(named(commonJs))('%s', async (_place, block) => {
    expect(await examples.run(block)).toMatchObject({ code: 0, out: '' });
  });
});

describe('an example can be loaded', () => {
  let wrong: Readonly<Record<string, string>>;
  beforeAll(async () => void (wrong = await examples.load(loaded)));

  it.each(loaded.map(placeOf))('%s', (place) => {
    expect(wrong[place]).toBeUndefined();
  });
});

describe('an example of a test passes', () => {
  let results: Readonly<Record<string, SpecResult>>;
  beforeAll(async () => void (results = await examples.test(specs)));

  it.each(specs.map(placeOf))('%s', (place) => {
    expect(results[place]).toEqual({ passed: expect.any(Number), message: '' });
    expect(results[place]?.passed).toBeGreaterThan(0);
  });
});

it('the SQL storage of docs/storage.md is the one that is tested', () => {
  const shown = modules.find(({ text }) => text.includes('export class SqlStorage'));
  const tested = readFileSync(join(ROOT, 'test/storage/sql.storage.ts'), 'utf8');
  expect(shown?.text.replace("'nestjs-vwo'", "'../../lib/index.js'")).toBe(tested);
});

function hasTopLevelAwait({ text }: CodeBlock): boolean {
  const within = (node: ts.Node): boolean => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return true;
    const hasOwnScope = ts.isFunctionLike(node) || ts.isPropertyDeclaration(node);
    return !hasOwnScope && ts.forEachChild(node, (child) => within(child) || undefined) === true;
  };
  return within(ts.createSourceFile('block.ts', text, ts.ScriptTarget.ES2023));
}
