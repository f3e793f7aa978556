import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisServer } from '../redis/redis-server.js';
import { manifestOf, ROOT } from './manifest.js';
import { PackedPackage, type Project } from './packed-package.js';

/** Where a bundler finds the package: as tools that know the condition `module-sync`, and as older ones. */
const TREES = [
  ['ES modules', ['module-sync', 'import']],
  ['CommonJS', ['require']],
] as const;
const NAMES = TREES.map(([name]) => name);

/** An application with node-redis, and one that asks for ioredis by giving a `url`. */
const APPLICATION = (url: string) => `
  const { createClient } = require('redis');
  const { FmeClient } = require('nestjs-vwo/client');
  const { RedisStorage } = require('nestjs-vwo/redis');
  const settings = { version: 1, accountId: 1, sdkKey: 'k', features: [], campaigns: [] };
  async function stored(options) {
    const client = new FmeClient({ settings, events: false, storage: new RedisStorage(options) });
    await client.start();
    await client.storedDecisions('ann');
    await client.close();
    return 'is read';
  }
  async function main() {
    const client = createClient({ url: '${url}' });
    console.log('redis', await stored({ client }));
    await client.close();
    console.log('ioredis', await stored({ url: '${url}' }).catch((error) => error.message));
  }
  main();`;

/** One file of one application. */
interface Build {
  /** Of the application. */
  readonly folder: string;
  readonly conditions: readonly string[];
  readonly bundle: string;
}

const ESBUILD = (builds: readonly Build[]) => `
  import { build } from 'esbuild';
  for (const { folder, conditions, bundle } of ${JSON.stringify(builds)}) {
    await build({
      absWorkingDir: folder, entryPoints: ['application.cjs'], outfile: bundle, bundle: true, platform: 'node',
      logLevel: 'silent', conditions, mainFields: ['main'],
    });
  }`;

const WEBPACK = (builds: readonly Build[]) => `
  import webpack from 'webpack';
  for (const { folder, conditions, bundle } of ${JSON.stringify(builds)}) {
    const compiler = webpack({
      context: folder, entry: './application.cjs', output: { path: folder, filename: bundle }, target: 'node', mode: 'none',
      plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
      resolve: { conditionNames: [...conditions, 'node', 'default'] },
    });
    await new Promise((resolve, reject) => compiler.run((failure, stats) => {
      const errors = failure ? [failure] : stats.compilation.errors;
      if (errors.length > 0) reject(errors[0]);
      else resolve();
    }));
  }`;

let packed: PackedPackage;
let redis: RedisServer;
beforeAll(async () => {
  [packed, redis] = await Promise.all([PackedPackage.pack(), RedisServer.start()]);
});
afterAll(() => Promise.all([packed.remove(), redis.stop()]));

describe.each([
  ['esbuild', ESBUILD],
  ['webpack', WEBPACK],
])('%s makes one file of an application with Redis', (bundler, program) => {
  let withIoredis: Project;
  let without: Project;
  /** The bundler is started once, for all files. */
  beforeAll(async () => {
    [withIoredis, without] = await Promise.all([application('ioredis'), application()]);
    const builds = [withIoredis, without].flatMap(({ directory }) =>
      TREES.map(([tree, conditions]) => ({ folder: directory, conditions, bundle: bundleOf(tree) })),
    );
    const builder = await packed.project();
    await builder.link(bundler);
    await builder.prints(program(builds), 'builder.js');
  });

  async function application(...others: string[]): Promise<Project> {
    const { dependencies } = await manifestOf(ROOT);
    const project = await packed.linkedWith(...Object.keys(dependencies), 'redis', ...others);
    await project.write('application.cjs', APPLICATION(redis.url));
    return project;
  }

  /** What the bundle prints, in a folder that has nothing else. */
  async function printed(project: Project, tree: string): Promise<string> {
    const elsewhere = await packed.project();
    return elsewhere.prints(await project.text(bundleOf(tree)), 'bundle.cjs');
  }

  it.each(NAMES)('without ioredis, where that is not installed: %s', async (tree) => {
    expect(await printed(without, tree)).toMatch(
      /^redis is read\nioredis `url` needs the package ioredis, which is not installed/,
    );
  });

  it.each(NAMES)('with ioredis inside, where it is installed: %s', async (tree) => {
    expect(await printed(withIoredis, tree)).toBe('redis is read\nioredis is read\n');
  });
});

function bundleOf(tree: string): string {
  return `${tree.replace(' ', '-')}.bundle.cjs`;
}
