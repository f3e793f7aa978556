import { beforeAll, describe, expect, it } from '@jest/globals';
import { blocksOf, type CodeBlock, codeBlocks, placeOf } from './code-blocks.js';
import { projects } from './project-files.js';
import { typeErrors, typeErrorsByPath } from './type-errors.js';

const PLANTED = blocksOf(
  'planted.md',
  "Text\n\n```ts\nimport { FmeClient } from 'nestjs-vwo/client';\nnew FmeClient({ storageTimeout: '1s' });\n```\n",
);

describe('a project with strict types compiles', () => {
  const blocks = codeBlocks().filter(({ language }) => language === 'ts');
  let errors: ReadonlyMap<string, readonly string[]>;
  beforeAll(() => void (errors = typeErrors([...blocks, ...PLANTED])));

  it.each(blocks.map(placeOf))('the example %s', (place) => {
    expect(errors.get(place)).toEqual([]);
  });

  it('but not an example with an error, which is told with its line', () => {
    expect(errors.get('planted.md:4')).toEqual([
      expect.stringMatching(/^planted\.md:5: Type 'string' is not assignable/),
    ]);
  });
});

describe('a project of docs/test-runners.md compiles', () => {
  const modules = [...projects()].flatMap(([heading, files]) =>
    files
      .filter(({ language }) => language === 'ts')
      .map((block): [path: string, block: CodeBlock] => [`${heading}/${block.file}`, block]),
  );
  let errors: ReadonlyMap<string, readonly string[]>;
  beforeAll(() => void (errors = typeErrorsByPath(new Map(modules))));

  it.each(modules.map(([path]) => path))('%s', (path) => {
    expect(errors.get(path)).toEqual([]);
  });
});
