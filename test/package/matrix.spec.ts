import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { manifestOf, ROOT } from './manifest.js';

interface Cell {
  readonly name: string;
  readonly node: string;
  readonly nest: string;
  readonly format: string;
  readonly runner: string;
  readonly platform: string;
  readonly client: string;
  readonly tool: string;
}

const { cells, shortCells, NODES, NESTS, PLATFORMS, CLIENTS } = (await import(
  join(ROOT, 'scripts/matrix/cells.mjs')
)) as Record<'cells' | 'shortCells', readonly Cell[]> &
  Record<'NODES' | 'NESTS' | 'PLATFORMS' | 'CLIENTS', readonly string[]>;
const { tools } = (await import(join(ROOT, 'scripts/matrix/tools.mjs'))) as {
  tools: Record<string, { packages(nest: string): string[] }>;
};

const { chosen } = (await import(join(ROOT, 'scripts/matrix/chosen.mjs'))) as {
  chosen(args: readonly string[]): { readonly cells: readonly Cell[] };
};

const AXES = [NODES, NESTS, PLATFORMS, CLIENTS];
const placeOf = ({ node, nest, format, runner, platform, client }: Cell) => [
  node,
  `${nest} ${format} ${runner}`,
  platform,
  client,
];

/** Each value of one axis with each of another. */
const pairs = AXES.flatMap((axis, i) =>
  AXES.slice(i + 1).flatMap((other) => axis.flatMap((value) => other.map((second) => [value, second] as const))),
);

describe('the matrix', () => {
  it.each(pairs)('tries %s with %s, in an application that `nest build` builds', (first, second) => {
    const places = cells.filter(({ tool }) => tool === 'nest build').map(placeOf);
    expect(places.some((place) => place.includes(first) && place.includes(second))).toBe(true);
  });

  it('tries each tool, and no cell twice', () => {
    expect([...new Set(cells.map(({ tool }) => tool))].sort()).toEqual(Object.keys(tools).sort());
    expect(new Set(cells.map(({ name }) => name)).size).toBe(cells.length);
  });

  it('tries the cells whose names have all that `--only` asks for', () => {
    const names = chosen(['--only', 'nest 12', '--only', 'redis 5']).cells.map(({ name }) => name);
    const fitting = cells.filter(({ name }) => name.includes('nest 12') && name.includes('redis 5'));
    expect(names.length).toBeGreaterThan(0);
    expect(names).toEqual(fitting.map(({ name }) => name));
  });

  it.each([
    [['--only', 'nest 10'], 'No cell has nest 10 in its name'],
    [['--jobs', 'many'], '--jobs must be a whole number of 1 or more, got many'],
    [['--jobs', '0'], '--jobs must be a whole number of 1 or more, got 0'],
    [['--all'], "Unknown option '--all'"],
  ])('refuses %j', (args, error) => {
    expect(() => chosen(args)).toThrow(error);
  });

  it('has a short form of both versions of NestJS, on the Node at hand', () => {
    expect(new Set(shortCells.map(({ nest }) => nest))).toEqual(new Set(['11', '12']));
    expect(new Set(shortCells.map(({ node }) => node))).toEqual(new Set([process.versions.node]));
  });

  it('tries the lowest versions that the package accepts, of each Redis client, and has them in its short form', async () => {
    const { peerDependencies } = await manifestOf(ROOT);
    const lowest = (name: string) => `${name}@${/\d+\.\d+\.\d+/.exec(peerDependencies[name] ?? '')?.[0]}`;
    const beside = ['@nestjs/core', '@nestjs/config', '@openfeature/server-sdk', 'rxjs', 'reflect-metadata'];
    const tool = 'nest build, oldest peers';
    expect(tools[tool]?.packages('11')).toEqual(expect.arrayContaining(beside.map(lowest)));
    for (const all of [cells, shortCells]) {
      const clients = all.filter((cell) => cell.tool === tool).map(({ client }) => client.replace(' ', '@'));
      expect(clients.sort()).toEqual(['ioredis', 'redis'].map(lowest));
    }
  });
});
