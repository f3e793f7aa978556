import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisServer } from '../redis/redis-server.js';
import { manifestOf, ROOT } from './manifest.js';
import { PackedPackage } from './packed-package.js';

/** Where a bundler finds the package: as tools that know the condition `module-sync`, and as older ones. */
const TREES = [
  ['ES modules', ['module-sync', 'import']],
  ['CommonJS', ['require']],
] as const;

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

const ESBUILD = (conditions: readonly string[]) => `
  import { build } from 'esbuild';
  const { errors } = await build({
    entryPoints: ['application.cjs'], outfile: 'bundle.cjs', bundle: true, platform: 'node', logLevel: 'silent',
    conditions: ${JSON.stringify(conditions)}, mainFields: ['main'],
  });
  console.log(errors.length);`;

const WEBPACK = (conditions: readonly string[]) => `
  import webpack from 'webpack';
  const compiler = webpack({
    entry: './application.cjs', output: { path: process.cwd(), filename: 'bundle.cjs' }, target: 'node', mode: 'none',
    plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
    resolve: { conditionNames: ${JSON.stringify([...conditions, 'node', 'default'])} },
  });
  compiler.run((failure, stats) => {
    if (failure) throw failure;
    console.log(stats.compilation.errors.length);
  });`;

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
  /** What the bundle prints, from a folder that has nothing else. */
  async function printed(conditions: readonly string[], ...others: string[]): Promise<string> {
    const { dependencies } = await manifestOf(ROOT);
    const project = await packed.linkedWith(...Object.keys(dependencies), bundler, 'redis', ...others);
    await project.write('application.cjs', APPLICATION(redis.url));
    expect(await project.prints(program(conditions), 'bundler.mjs')).toBe('0\n');
    const elsewhere = await packed.project();
    return elsewhere.prints(await project.text('bundle.cjs'), 'bundle.cjs');
  }

  it.each(TREES)('without ioredis, where that is not installed: %s', async (_tree, conditions) => {
    expect(await printed(conditions)).toMatch(
      /^redis is read\nioredis `url` needs the package ioredis, which is not installed/,
    );
  });

  it.each(TREES)('with ioredis inside, where it is installed: %s', async (_tree, conditions) => {
    expect(await printed(conditions, 'ioredis')).toBe('redis is read\nioredis is read\n');
  });
});
