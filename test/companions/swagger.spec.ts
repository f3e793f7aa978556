import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manifestOf, ROOT } from '../package/manifest.js';
import { NEST_PEERS, PackedPackage, type Project } from '../package/packed-package.js';

const run = promisify(execFile);
const TOOLS = ['@nestjs/cli', '@nestjs/swagger', '@types/node', 'class-transformer', 'class-validator', 'typescript'];

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}

interface Printed {
  readonly got: object;
  readonly refused: number;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly schemas: object;
  readonly served: { readonly paths: object };
}

/** The application in test/companions/swagger, built by `nest build` with the plugin of `nest-cli.json`. */
describe('@nestjs/swagger and its plugin of the Nest CLI', () => {
  let packed: PackedPackage;
  let printed: Printed;
  beforeAll(async () => {
    packed = await PackedPackage.pack();
    const { dependencies } = await manifestOf(ROOT);
    const project = await packed.linkedWith(...Object.keys(dependencies), ...NEST_PEERS, ...TOOLS, 'vwo-node-sdk');
    printed = JSON.parse(await built(project)) as Printed;
  });
  afterAll(() => packed.remove());

  async function built({ directory }: Project): Promise<string> {
    await cp(join(import.meta.dirname, 'swagger'), directory, { recursive: true });
    await run(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], { cwd: directory });
    const { stdout, stderr } = await run(process.execPath, ['dist/main.js'], { cwd: directory });
    expect(stderr).toBe('');
    return stdout;
  }

  const operation = (method: string, path: string): Operation => printed.paths[path]![method]!;

  it('document no parameter that a flag, a variation or a user comes by, wherever it stands', () => {
    expect(operation('get', '/shop/{id}').parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'page', in: 'query', required: true, schema: { type: 'number' } },
    ]);
    const { parameters, requestBody } = operation('post', '/shop/again');
    expect([parameters, requestBody]).toEqual([[], undefined]);
  });

  it('document the body beside a flag, and the schemas that the plugin reads, as without flags', () => {
    const { parameters, requestBody } = operation('post', '/shop');
    expect(parameters).toEqual([]);
    expect(requestBody?.content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/OrderDto' });
    expect(printed.schemas).toEqual({
      OrderDto: {
        type: 'object',
        properties: { amount: { type: 'number' }, note: { type: 'string' } },
        required: ['amount'],
      },
      PriceDto: {
        type: 'object',
        properties: { price: { type: 'number' }, reduced: { type: 'boolean' }, of: { type: 'string' } },
        required: ['price', 'reduced'],
      },
    });
    expect(printed.served.paths).toEqual(printed.paths);
  });

  it('leave flags and gates as they are', () => {
    expect(printed.got).toEqual({ price: 7, reduced: true, of: '7,2,ann,Rollout' });
    expect(printed.refused).toBe(404);
  });
});
