import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** What the violations import. */
const GROUND = {
  'tsconfig.json': '{}',
  'lib/index.ts': 'export const a = 1;',
  'lib/nest/index.ts': 'export const a = 1;',
  'lib/client/index.ts': 'export const a = 1; export type A = 1;',
  'lib/client/visit/visits.ts': 'export const a = 1;',
  'lib/storage/index.ts': 'export const a = 1;',
  'lib/storage/memory.ts': 'export const a = 1;',
  'lib/common/index.ts': 'export const a = 1;',
  'lib/model/circle.ts': "export type { B as a } from './back.js';",
  'test/x.ts': 'export const a = 1;',
  'node_modules/@nestjs/common/package.json': '{"name":"@nestjs/common","main":"index.js"}',
  'node_modules/@nestjs/common/index.js': 'export const a = 1;',
};

const use = (path: string) => `import { a } from '${path}'; export const b = a;`;

/** What, the rule that refuses it, the file, and its source. */
const VIOLATIONS = [
  ['a room that imports one above it', 'rank-of-common', 'lib/common/up.ts', use('../client/index.js')],
  ['a type from a room above', 'rank-of-common', 'lib/common/type.ts', "export type { A } from '../client/index.js';"],
  ['two rooms of one rank', 'rank-of-events', 'lib/events/beside.ts', use('../storage/index.js')],
  ['a room of the client above another', 'rank-of-client-user', 'lib/client/user/up.ts', use('../visit/visits.js')],
  ["a file behind another room's index", 'index-of-storage', 'lib/client/past.ts', use('../storage/memory.js')],
  ['an engine with a helper from elsewhere', 'engine-is-pure', 'lib/fme/engine/a.ts', use('../../common/index.js')],
  ['an engine that reads files', 'engine-is-pure', 'lib/fme/engine/b.ts', "export { readFileSync } from 'node:fs';"],
  [
    'a circle of types',
    'no-circles',
    'lib/model/back.ts',
    "import type { a } from './circle.js'; export type B = typeof a;",
  ],
  ['the face imported from within', 'the-face-is-on-top', 'lib/nest/face.ts', use('../index.js')],
  ['a folder without a rank', 'every-file-has-a-room', 'lib/utils/text.ts', use('../common/index.js')],
  ['lib that imports a test', 'nothing-imports-upwards', 'lib/nest/test.ts', use('../../test/x.js')],
  ['NestJS outside its room', 'nest-stays-in-its-room', 'lib/client/nest.ts', use('@nestjs/common')],
  ['NestJS in the edge', 'nest-stays-in-its-room', 'lib/edge/nest.ts', use('@nestjs/common')],
  ['an edge that loads the room of Nest', 'beside-the-way-without-nest', 'lib/edge/room.ts', use('../nest/index.js')],
  [
    'a test of a low room that uses Nest',
    'tests-keep-the-ranks',
    'test/common/x.spec.ts',
    use('../../lib/nest/index.js'),
  ],
  ['an import that leads nowhere', 'not-resolved', 'lib/nest/nowhere.ts', use('./missing.js')],
] as const;

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
}

describe("the linter's rules about rooms refuse", () => {
  let root: string;
  let found: readonly string[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'rooms-'));
    const planted = VIOLATIONS.map(([, , file, source]) => [file, source] as const);
    for (const [file, source] of [...Object.entries(GROUND), ...planted]) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), source);
    }
    found = await violations(root);
  });
  afterAll(() => rm(root, { recursive: true }));

  it.each(VIOLATIONS)('%s', (_what, rule, file, _source) => {
    expect(found).toContain(`${rule}: ${file}`);
  });

  it('nothing else', () => {
    const files = new Set(found.map((line) => line.split(': ')[1]));
    expect([...files].filter((file) => file !== undefined && file in GROUND)).toEqual([]);
  });
});

async function violations(root: string): Promise<readonly string[]> {
  const options = ['lib', 'test', '--config', join(ROOT, '.dependency-cruiser.js'), '--output-type', 'json'];
  const run = promisify(execFile)(process.execPath, [CRUISER, ...options], { cwd: root });
  const { stdout } = await run.catch((error: { stdout: string }) => error); // it ends with the number of violations
  const report = JSON.parse(stdout) as Report;
  return report.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}
