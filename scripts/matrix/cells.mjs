/**
 * The cells of the matrix. The first sixteen hold every pair of Node, NestJS (as its `nest new` sets an application up), platform and
 * Redis client at least once; the others try one more tool each, the oldest versions that the package accepts, and OpenFeature's module.
 */

export const NODES = ['20.19', '22', '24', '26'];
export const NESTS = ['11 cjs jest', '12 esm vitest', '12 cjs jest'];
export const PLATFORMS = ['express', 'fastify'];
export const CLIENTS = ['ioredis 5', 'ioredis 6', 'redis 5', 'redis 6'];

const PAIRS = [
  ['20.19', '11 cjs jest', 'express', 'ioredis 5'],
  ['20.19', '12 esm vitest', 'express', 'ioredis 6'],
  ['20.19', '12 cjs jest', 'fastify', 'redis 5'],
  ['20.19', '12 esm vitest', 'fastify', 'redis 6'],
  ['22', '12 esm vitest', 'fastify', 'ioredis 5'],
  ['22', '11 cjs jest', 'fastify', 'ioredis 6'],
  ['22', '11 cjs jest', 'express', 'redis 5'],
  ['22', '12 cjs jest', 'express', 'redis 6'],
  ['24', '12 cjs jest', 'express', 'ioredis 5'],
  ['24', '12 cjs jest', 'express', 'ioredis 6'],
  ['24', '11 cjs jest', 'fastify', 'redis 5'],
  ['24', '12 esm vitest', 'fastify', 'redis 6'],
  ['26', '11 cjs jest', 'fastify', 'ioredis 5'],
  ['26', '12 cjs jest', 'fastify', 'ioredis 6'],
  ['26', '12 esm vitest', 'express', 'redis 5'],
  ['26', '11 cjs jest', 'express', 'redis 6'],
];

const TOOLS = [
  ['22', '11 cjs jest', 'express', 'redis 6', 'swc'],
  ['24', '12 esm vitest', 'express', 'ioredis 6', 'swc'],
  ['20.19', '11 cjs jest', 'express', 'redis 5', 'webpack'],
  ['22', '11 cjs jest', 'express', 'redis 6', 'webpack, one file'],
  ['24', '12 cjs jest', 'fastify', 'redis 6', 'webpack, one file'],
  ['24', '12 cjs jest', 'express', 'redis 5', 'rspack, one file'],
  ['20.19', '11 cjs jest', 'fastify', 'ioredis 5', 'esbuild, one file'],
  ['24', '12 esm vitest', 'express', 'redis 6', 'esbuild, one file'],
  ['24', '12 esm vitest', 'express', 'redis 6', 'bun'],
  ['24', '11 cjs jest', 'fastify', 'ioredis 6', 'bun'],
  ['24', '12 esm vitest', 'fastify', 'ioredis 6', 'deno'],
  ['20.19', '11 cjs jest', 'express', 'ioredis 5.3.0', 'nest build, oldest peers'],
  ['24', '11 cjs jest', 'fastify', 'redis 5.0.0', 'nest build, oldest peers'],
  ['22', '11 cjs jest', 'express', 'ioredis 6', 'nest build, @openfeature/nestjs-sdk'],
  ['24', '11 cjs jest', 'fastify', 'redis 6', 'nest build, @openfeature/nestjs-sdk'],
];

/** An old and a new application, the oldest versions and OpenFeature, on the Node at hand. */
const SHORT = [
  ['11 cjs jest', 'express', 'ioredis 6', 'nest build, @openfeature/nestjs-sdk'],
  ['12 esm vitest', 'fastify', 'redis 6'],
  ['11 cjs jest', 'express', 'ioredis 5.3.0', 'nest build, oldest peers'],
  ['11 cjs jest', 'fastify', 'redis 5.0.0', 'nest build, oldest peers'],
];

export const cells = [...PAIRS, ...TOOLS].map((axes) => cell(...axes));

export const shortCells = SHORT.map((axes) => cell(process.versions.node, ...axes));

function cell(node, nest, platform, client, tool = 'nest build') {
  const [version, format, runner] = nest.split(' ');
  const name = `node ${node}, nest ${nest}, ${platform}, ${client}, ${tool}`;
  return { name, node, nest: version, format, runner, platform, client, tool };
}
