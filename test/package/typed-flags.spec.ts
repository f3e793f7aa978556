import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { NEST_PEERS, PackedPackage, type Project } from './packed-package.js';

const FLAGS = `
  declare module 'nestjs-vwo' {
    interface VwoFlags {
      'new-checkout': { variation: 'fast' | 'slow'; variables: { discount: number } };
    }
  }
  export {};`;

/** A part of the application that is CommonJS: its types are those of the other build. */
const COMMONJS_PART = `
  import type { VwoFlag } from 'nestjs-vwo';
  import type { Visit } from 'nestjs-vwo/client';
  export type Variation = NonNullable<VwoFlag<'new-checkout'>['variation']>['key'];
  export type Key = Parameters<Visit['flag']>[0];`;

const APPLICATION = `/// <reference path="./vwo-flags.d.ts" />
  import type { VwoService } from 'nestjs-vwo';
  import { FmeClient } from 'nestjs-vwo/client';
  import type { Key, Variation } from './part.cjs';
  declare const vwo: VwoService;
  declare const theirs: { key: Key; variation: Variation };
  export const variation: 'fast' | 'slow' = theirs.variation;
  export const key: 'new-checkout' = theirs.key;
  export const discount: number | undefined = vwo.flag('new-checkout').getVariable('discount');
  // @ts-expect-error no such flag
  vwo.flag('typo');
  void new FmeClient({}).visit(undefined).then((visit) => {
    // @ts-expect-error no such flag
    visit.flag('typo');
  });`;

describe('what an application adds to VwoFlags', () => {
  let packed: PackedPackage;
  let project: Project;

  beforeAll(async () => {
    packed = await PackedPackage.pack();
    project = await packed.linkedWith(...NEST_PEERS, '@types/node', 'ioredis', 'redis', 'zod', 'lru-cache');
    await project.write('vwo-flags.d.ts', FLAGS);
    await project.write('part.cts', COMMONJS_PART);
  });

  afterAll(() => packed.remove());

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
  ])('counts for every entry and both builds, without skipLibCheck: %s', async (_name, options) => {
    expect(await project.typeErrors(APPLICATION, options)).toEqual([]);
  });
});
