import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publint } from 'publint';
import ts from 'typescript';
import { entriesOf, type Manifest, manifestOf, ROOT } from './manifest.js';
import { PackedPackage } from './packed-package.js';

const run = promisify(execFile);

/** `VwoFlags`, of which there is one for both builds. */
const ADDED_TO = 'model/vwo-flags.d.ts';

describe('the tarball', () => {
  let packed: PackedPackage;
  let directory: string;
  let manifest: Manifest;
  let files: string[];

  beforeAll(async () => {
    packed = await PackedPackage.pack();
    directory = await packed.unpacked();
    manifest = await manifestOf(directory);
    files = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  });

  afterAll(() => packed.remove());

  it('has what publint asks of a package', async () => {
    const { messages } = await publint({ pkgDir: directory, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that each way of resolving modules finds, as `attw` sees it', async () => {
    const { stdout } = await run(join(ROOT, 'node_modules/.bin/attw'), [packed.tarball, '--format=json']);
    const { analysis, problems } = JSON.parse(stdout) as Report;
    expect(problems ?? {}).toEqual({});
    expect(Object.keys(analysis.entrypoints).map((path) => `nestjs-vwo${path.slice(1)}`)).toEqual(
      expect.arrayContaining(entriesOf(manifest)),
    );
  });

  it('has types of every subpath for `moduleResolution: node10`, which does not read `exports`', () => {
    const subpaths = Object.entries(manifest.exports).flatMap(([path, target]) =>
      path === '.' || typeof target === 'string' ? [] : [[path.slice(2), [target.require.types]]],
    );
    expect(manifest.typesVersions).toEqual({ '*': Object.fromEntries(subpaths) as object });
  });

  it('holds the built files, README, changelog and license, and nothing else', () => {
    const others = files.filter((file) => !/^dist\/(esm|cjs)\/.+\.(js|d\.ts)$/.test(file));
    expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/cjs/package.json', 'package.json']);
  });

  it('has the same declarations as ES modules and as CommonJS, and those that an application adds to once', async () => {
    const declarations = (tree: string) => files.filter((file) => file.startsWith(tree) && file.endsWith('.d.ts'));
    const inside = (tree: string) => declarations(tree).map((file) => file.slice(tree.length));
    expect(inside('dist/cjs/').sort()).toEqual(inside('dist/esm/').sort());
    for (const file of inside('dist/cjs/').filter((name) => name !== ADDED_TO)) {
      const [esm, cjs] = ['dist/esm', 'dist/cjs'].map((tree) => readFile(join(directory, tree, file), 'utf8'));
      expect(await cjs).toBe(await esm);
    }
    const once = await readFile(join(directory, 'dist/esm', ADDED_TO), 'utf8');
    expect(once.trim()).toBe("export * from '../../cjs/model/vwo-flags.js';");
  });

  it('knows its version', async () => {
    const { VERSION } = (await import(join(directory, 'dist/esm/common/version.js'))) as { VERSION: string };
    expect(VERSION).toBe(manifest.version);
  });

  it('declares all that it imports, types included, and nothing that it does not import', async () => {
    const imported = await importedBy(files.filter((file) => file.startsWith('dist/')));
    const { dependencies, peerDependencies } = manifest;
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    expect(imported.filter((name) => !declared.includes(name))).toEqual([]);
    expect(Object.keys(dependencies).filter((name) => !imported.includes(name))).toEqual([]);
  });

  it("brings no NestJS and no rxjs of its own: the application's are used", () => {
    const ours = Object.keys(manifest.dependencies);
    expect(
      ours.filter((name) => name.startsWith('@nestjs/') || name === 'rxjs' || name === 'reflect-metadata'),
    ).toEqual([]);
  });

  async function importedBy(sources: readonly string[]): Promise<string[]> {
    const names = new Set<string>();
    for (const file of sources) {
      const { importedFiles } = ts.preProcessFile(await readFile(join(directory, file), 'utf8'), true, true);
      for (const { fileName } of importedFiles) {
        if (!/^(\.|node:|nestjs-vwo(\/|$))/.test(fileName)) names.add(packageOf(fileName));
      }
    }
    return [...names];
  }
});

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

interface Report {
  readonly analysis: { readonly entrypoints: Readonly<Record<string, unknown>> };
  readonly problems?: Readonly<Record<string, unknown>>;
}
