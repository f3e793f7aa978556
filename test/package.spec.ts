import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** An application with nothing but the packed tarball and what it must bring itself. */
describe('the packed package', () => {
  let project: string;
  let manifest: Manifest;

  beforeAll(async () => {
    manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
    project = await mkdtemp(join(tmpdir(), 'nestjs-vwo-app-'));
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', project], { cwd: ROOT });
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
    const required = Object.keys(manifest.peerDependencies).filter(
      (name) => !manifest.peerDependenciesMeta[name]?.optional,
    );
    const versions = await Promise.all(required.map(installedHere));
    const platform = await installedHere('@nestjs/platform-express');
    const quietly = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    await run('npm', [...quietly, packed.stdout.trim(), ...versions, platform], { cwd: project });
  }, 240_000);

  afterAll(async () => {
    await rm(project, { recursive: true, force: true });
  });

  it('serves a flag in an empty project', async () => {
    await writeFile(
      join(project, 'app.js'),
      `import 'reflect-metadata';
       import { NestFactory } from '@nestjs/core';
       import { VwoModule, VwoService } from 'nestjs-vwo';
       import { accountSettings, feature, rollout, VwoEdge } from 'nestjs-vwo/testing';
       const edge = await VwoEdge.start({ settings: accountSettings({ features: [feature('hello', [rollout({ variables: { to: 'world' } })])] }) });
       const app = await NestFactory.create(VwoModule.forRoot({ accountId: 123456, sdkKey: 'k', baseUrl: edge.url }), { logger: false });
       await app.init();
       console.log(await app.get(VwoService).run({ id: 'ann' }, (visit) => visit.flag('hello').getVariable('to', '?')));
       await app.close();
       console.log(edge.eventsOf('ann').map(({ name }) => name).join());
       await edge.close();`,
    );
    const { stdout } = await run(process.execPath, ['app.js'], { cwd: project });
    expect(stdout).toBe('world\nvwo_variationShown\n');
  }, 60_000);

  it('needs no optional package for its main entry and for testing', async () => {
    const names = await run(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `for (const name of ['nestjs-vwo', 'nestjs-vwo/testing']) await import(name); console.log('loaded')`,
      ],
      { cwd: project },
    );
    expect(names.stdout).toBe('loaded\n');
  });

  it("fails with Node's own clear message where an entry's optional package is missing", async () => {
    for (const [entry, missing] of [
      ['redis', 'ioredis'],
      ['config', '@nestjs/config'],
      ['full-stack', 'vwo-node-sdk'],
    ]) {
      const load = run(process.execPath, ['--input-type=module', '-e', `await import('nestjs-vwo/${entry}')`], {
        cwd: project,
      });
      await expect(load).rejects.toThrow(`Cannot find package '${missing}'`);
    }
  });

  it('has types that a strict project compiles without skipLibCheck, for every entry', async () => {
    const entries = Object.keys(manifest.exports).filter((name) => name !== './package.json');
    const imports = entries.map((name, i) => `import * as e${i} from 'nestjs-vwo${name.slice(1)}'; export { e${i} };`);
    await writeFile(join(project, 'app.ts'), imports.join('\n'));
    for (const name of [
      'ioredis',
      '@nestjs/config',
      'vwo-node-sdk',
      'vwo-fme-node-sdk',
      '@types/node',
      '@ioredis',
      'undici-types',
    ]) {
      await symlink(join(ROOT, 'node_modules', name), join(project, 'node_modules', name)).catch(() => undefined);
    }
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'ES2023',
          module: 'NodeNext',
          strict: true,
          noEmit: true,
          types: ['node'],
          experimentalDecorators: true,
          skipLibCheck: false,
          preserveSymlinks: true,
        },
        files: ['app.ts'],
      }),
    );
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const output = await run(process.execPath, [tsc, '-p', project]).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(output.split('\n').filter((line) => line.includes('nestjs-vwo/dist') || line.startsWith('app.ts'))).toEqual(
      [],
    );
  }, 120_000);

  it('depends on all that it imports, and on no Nest of its own', async () => {
    const { stdout } = await run('grep', [
      '-rhoE',
      `(from|import) ['"][^.'"][^'"]*['"]`,
      join(ROOT, 'dist'),
      '--include=*.js',
    ]);
    const imported = new Set(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => /['"](.*)['"]/.exec(line)?.[1] ?? '')
        .filter((name) => !name.startsWith('node:') && !name.startsWith('nestjs-vwo'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
    expect([...imported].filter((name) => !declared.has(name))).toEqual([]);
    expect(Object.keys(manifest.dependencies).filter((name) => name.startsWith('@nestjs/') || name === 'rxjs')).toEqual(
      [],
    );
    expect(Object.keys(manifest.dependencies).filter((name) => !imported.has(name))).toEqual([]);
  });
});

async function installedHere(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `${name}@${version}`;
}
