import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { entriesOf, manifestOf, requiredPeersOf, ROOT } from './manifest.js';
import { PackedPackage, type Project } from './packed-package.js';

const SERVES_A_FLAG = `
  import 'reflect-metadata';
  import { NestFactory } from '@nestjs/core';
  import { VwoModule, VwoService } from 'nestjs-vwo';
  import { accountSettings, feature, rollout, VwoEdge } from 'nestjs-vwo/testing';
  const edge = await VwoEdge.start({ settings: accountSettings({ features: [feature('hello', [rollout({ variables: { to: 'world' } })])] }) });
  const app = await NestFactory.create(VwoModule.forRoot({ accountId: 123456, sdkKey: 'k', baseUrl: edge.url }), { logger: false });
  await app.init();
  console.log(await app.get(VwoService).run({ id: 'ann' }, (visit) => visit.flag('hello').getVariable('to', '?')));
  await app.close();
  console.log(edge.eventsOf('ann').map(({ name }) => name).join());
  await edge.close();`;

let packed: PackedPackage;
let withoutOptionals: Project;
beforeAll(async () => {
  packed = await PackedPackage.pack();
  const manifest = await manifestOf(ROOT);
  const own = Object.keys(manifest.dependencies);
  withoutOptionals = await packed.linkedWith(...own, ...requiredPeersOf(manifest), '@nestjs/platform-express');
});
afterAll(() => packed.remove());

describe('a project without any optional peer', () => {
  it('serves a flag', async () => {
    expect(await withoutOptionals.prints(SERVES_A_FLAG)).toBe('world\nvwo_variationShown\n');
  });

  it('loads all entries that need none', async () => {
    const entries = ['nestjs-vwo', 'nestjs-vwo/client', 'nestjs-vwo/testing', 'nestjs-vwo/sdk', 'nestjs-vwo/redis'];
    const program = `for (const entry of ${JSON.stringify(entries)}) await import(entry); console.log('loaded');`;
    expect(await withoutOptionals.prints(program)).toBe('loaded\n');
  });

  it('has the command, which types the flags of settings in a file', async () => {
    expect(await withoutOptionals.commandPrints('--help')).toMatch(/^Usage: nestjs-vwo /);
    const settings = { accountId: 1, features: [{ id: 1, key: 'beta' }], campaigns: [] };
    await withoutOptionals.write('vwo.json', JSON.stringify(settings));
    const types = ['types', '--settings', 'vwo.json', '--out', 'vwo-flags.d.ts'];
    expect(await withoutOptionals.commandPrints(...types)).toBe('vwo-flags.d.ts: 1 flag, written\n');
  });

  it('is loaded with `require`, as a CommonJS application does', async () => {
    const program = `console.log(typeof require('nestjs-vwo').VwoModule, typeof require('nestjs-vwo/client').FmeClient);`;
    expect(await withoutOptionals.prints(program, 'program.cjs')).toBe('function function\n');
  });

  it.each([
    ['config', '@nestjs/config'],
    ['full-stack', 'vwo-node-sdk'],
    ['health', '@nestjs/terminus'],
    ['openfeature', '@openfeature/server-sdk'],
    ['otel', '@opentelemetry/api'],
  ])("fails at nestjs-vwo/%s with Node's own clear message: %s is missing", async (entry, missing) => {
    await expect(withoutOptionals.prints(`await import('nestjs-vwo/${entry}');`)).rejects.toThrow(
      `Cannot find package '${missing}'`,
    );
  });
});

describe('a project without ioredis that gives RedisStorage a URL', () => {
  it('does not start, and is told what to install', async () => {
    const program = `
      import { FmeClient } from 'nestjs-vwo';
      import { RedisStorage } from 'nestjs-vwo/redis';
      const settings = { version: 1, accountId: 1, sdkKey: 'k', features: [], campaigns: [] };
      const client = new FmeClient({ settings, events: false, storage: new RedisStorage({ url: 'redis://127.0.0.1' }) });
      await client.start().catch((error) => console.log(error.code, error.message));`;
    expect(await withoutOptionals.prints(program)).toBe(
      'VWO_OPTIONS `url` needs the package ioredis, which is not installed: npm install ioredis. ' +
        'Or give a `client` of the package redis\n',
    );
  });
});

describe('a project without NestJS', () => {
  it('decides with nestjs-vwo/client, where neither NestJS nor rxjs is installed', async () => {
    const { dependencies } = await manifestOf(ROOT);
    const project = await packed.linkedWith(...Object.keys(dependencies));
    const printed = await project.prints(`
      import { FmeClient } from 'nestjs-vwo/client';
      const client = new FmeClient({ events: false, settings: { version: 1, accountId: 1, sdkKey: 'k', features: [], campaigns: [] } });
      await client.start();
      console.log((await client.visit({ id: 'ann' })).flag('hello').isEnabled());
      await client.close();`);
    expect(printed).toBe('false\n');
    await expect(project.prints(`await import('nestjs-vwo');`)).rejects.toThrow(`Cannot find package '@nestjs/`);
  });
});

describe('a strict TypeScript project', () => {
  /** What the declarations mention, and what NestJS 12's own mention. */
  const TYPES = [
    '@ioredis',
    '@nestjs',
    '@openfeature',
    '@opentelemetry/api',
    '@types/node',
    'ioredis',
    'lru-cache',
    'reflect-metadata',
    'rxjs',
    'undici-types',
    'vwo-fme-node-sdk',
    'vwo-node-sdk',
    'zod',
  ];
  let project: Project;
  let source: string;
  beforeAll(async () => {
    project = await packed.linkedWith(...TYPES);
    const entries = entriesOf(await manifestOf(ROOT));
    // Types that were not found would be `any`: then nothing is wrong with the last line, and that is an error.
    source = `${entries.map((entry, i) => `import * as e${i} from '${entry}'; e${i};`).join('\n')}
      import { FmeClient } from 'nestjs-vwo/client';
      // @ts-expect-error: in ms
      new FmeClient({ pollInterval: '1m' });`;
  });

  it.each<[string, ts.CompilerOptions]>([
    ['NodeNext', { module: ts.ModuleKind.NodeNext }],
    ['Bundler', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
    [
      'node10',
      {
        module: ts.ModuleKind.CommonJS,
        moduleResolution: ts.ModuleResolutionKind.Node10,
        ignoreDeprecations: '6.0',
      },
    ],
  ])('compiles every entry without skipLibCheck: %s', async (_name, options) => {
    expect(await project.typeErrors(source, options)).toEqual([]);
  });
});
