/**
 * What builds an application, starts and tests it, and what else is in it. `packages` are installed besides; `files` are written, by name;
 * `build` are commands; `asked` is what it is asked over HTTP besides;
 * `program` is what starts, by `runs`. `isOneFile`: it is started in a folder that has nothing else. `tests` are commands.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askedOffers } from './asked.mjs';

const ROOT = join(import.meta.dirname, '../..');

const nothing = {
  packages: () => [],
  files: () => ({}),
  manifest: (manifest) => manifest,
  runs: ({ node }) => [node],
  asked: () => undefined,
  isOneFile: false,
  tests: {},
};

/** The compiler by itself, too: neither Vitest nor ts-jest with `isolatedModules` checks the types of the tests. */
const nestBuild = {
  ...nothing,
  build: () => [
    ['npm', 'run', 'build'],
    ['npx', 'tsc', '--noEmit'],
  ],
  program: () => 'dist/main.js',
  tests: { unit: ['npm', 'run', 'test'], e2e: ['npm', 'run', 'test:e2e'] },
};

/** `name@version` of what the package works with, each the lowest that it accepts. VWO's SDKs have one range each, TypeScript follows `nest new`. */
function oldestPeers() {
  const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const names = [
    '@nestjs/common',
    '@nestjs/core',
    '@nestjs/config',
    '@openfeature/server-sdk',
    'reflect-metadata',
    'rxjs',
  ];
  const lowest = Object.fromEntries(names.map((name) => [name, /\d+\.\d+\.\d+/.exec(peerDependencies[name])[0]]));
  const others = ['@nestjs/platform-express', '@nestjs/testing']; // platform-fastify 11.0.0 asks for NestJS 10
  const all = { ...lowest, ...Object.fromEntries(others.map((name) => [name, lowest['@nestjs/core']])) };
  return Object.entries(all).map(([name, version]) => `${name}@${version}`);
}

const OPEN_FEATURE_SPEC = {
  'src/open-feature.spec.ts': textOf('scripts/matrix/application/openfeature/open-feature.spec.ts'),
};

const withOldestPeers = { ...nestBuild, packages: oldestPeers, files: () => OPEN_FEATURE_SPEC };

/** As docs/openfeature.md has it. */
const openFeature = {
  ...nestBuild,
  packages: () => ['@openfeature/nestjs-sdk', '@openfeature/core', '@openfeature/server-sdk'],
  files: () => ({
    ...OPEN_FEATURE_SPEC,
    'src/offers.module.ts': fileInDocs('docs/openfeature.md', 'offers.module.ts'),
    'src/app.module.ts': textOf('scripts/matrix/application/every/src/app.module.ts')
      .replaceAll(".js';", "';")
      .replace('\n@Module(', "import { OffersModule } from './offers.module';\n\n@Module(")
      .replace('imports: [', 'imports: [OffersModule, '),
  }),
  asked: askedOffers,
};

const swc = {
  ...nestBuild,
  packages: (nest) => (nest === '11' ? ['@swc/cli', '@swc/core', '@swc/jest'] : ['@swc/cli', '@swc/core']),
  build: () => [['npx', 'nest', 'build', '--builder', 'swc', '--type-check']],
  files: ({ format }) => ({
    '.swcrc': JSON.stringify({
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2022',
        keepClassNames: true,
      },
      module: { type: format === 'esm' ? 'es6' : 'commonjs' },
    }),
  }),
  manifest: ({ jest, ...manifest }) =>
    jest ? { ...manifest, jest: { ...jest, transform: { '^.+\\.ts$': '@swc/jest' } } } : manifest,
};

/** NestJS 12 leaves webpack to the application. */
const WEBPACK_FOR_12 = [
  'webpack',
  'webpack-node-externals',
  'tsconfig-paths-webpack-plugin',
  'ts-loader',
  'fork-ts-checker-webpack-plugin',
];

/** As `nest build` does it by default: the application's own files in one, node_modules beside it. */
const webpack = {
  ...nothing,
  packages: (nest) => (nest === '11' ? [] : WEBPACK_FOR_12),
  build: () => [['npx', 'nest', 'build', '--webpack']],
  program: () => 'dist/main.js',
};

/** What NestJS itself asks for when it is there: its own matter in every bundle. */
const LAZY_IN_NEST = [
  '@nestjs/microservices',
  '@nestjs/microservices/microservices-module',
  '@nestjs/microservices/microservices-module.js',
  '@nestjs/websockets/socket-module',
  '@nestjs/websockets/socket-module.js',
  'class-transformer',
  'class-transformer/storage',
  'class-validator',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
];

/** Everything in one file, but for what NestJS does without. */
const ONE_FILE = `module.exports = (options) => ({ ...options, externals: ${JSON.stringify(
  Object.fromEntries(LAZY_IN_NEST.map((name) => [name, `commonjs ${name}`])),
)} });\n`;

const webpackOneFile = { ...webpack, files: () => ({ 'webpack.config.js': ONE_FILE }), isOneFile: true };

/** What NestJS 12 has in place of webpack. */
const rspackOneFile = {
  ...nothing,
  packages: () => ['@rspack/core', 'webpack-node-externals', 'tsconfig-paths-webpack-plugin'],
  files: () => ({ 'rspack.config.js': ONE_FILE }),
  build: () => [['npx', 'nest', 'build', '--builder', 'rspack']],
  program: () => 'dist/main.js',
  isOneFile: true,
};

const REQUIRE_IN_ESM = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`;

/** What TypeScript has built, as esbuild emits no metadata of decorators. */
const esbuildOneFile = {
  ...nothing,
  packages: () => ['esbuild'],
  build: ({ format }) => [
    ['npm', 'run', 'build'],
    [
      ...[
        'npx',
        'esbuild',
        'dist/main.js',
        '--bundle',
        '--platform=node',
        `--outfile=${esbuildOneFile.program({ format })}`,
      ],
      ...LAZY_IN_NEST.map((name) => `--external:${name}`),
      ...(format === 'esm' ? ['--format=esm', `--banner:js=${REQUIRE_IN_ESM}`] : []),
    ],
  ],
  program: ({ format }) => (format === 'esm' ? 'bundle.mjs' : 'bundle.cjs'),
  isOneFile: true,
};

const bun = {
  ...nestBuild,
  packages: () => ['bun'],
  runs: ({ cwd }) => [join(cwd, 'node_modules/.bin/bun')],
  tests: { unit: ['npx', 'bun', 'test', 'src'], e2e: ['npx', 'bun', 'test', './test/app.e2e-spec.ts'] },
};

/** Deno refuses some of the signals that NestJS listens to when none are named. Its test runner is another one: no tests. */
const deno = {
  ...nestBuild,
  packages: () => ['deno'],
  files: () => ({
    'src/main.ts': textOf('scripts/matrix/application/every/src/main.ts').replace(
      'ShutdownHooks()',
      `ShutdownHooks(['SIGTERM', 'SIGINT'])`,
    ),
  }),
  runs: ({ cwd }) => [join(cwd, 'node_modules/.bin/deno'), 'run', '--allow-all'],
  tests: {},
};

export const tools = {
  'nest build': nestBuild,
  'nest build, oldest peers': withOldestPeers,
  'nest build, @openfeature/nestjs-sdk': openFeature,
  swc,
  webpack,
  'webpack, one file': webpackOneFile,
  'rspack, one file': rspackOneFile,
  'esbuild, one file': esbuildOneFile,
  bun,
  deno,
};

function textOf(file) {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The file that a page shows under its name. */
function fileInDocs(page, name) {
  const [, after] = textOf(page).split(`\n\`${name}\`:\n\n\`\`\`ts\n`);
  if (after === undefined) throw new Error(`${page} shows no file ${name}`);
  return after.slice(0, after.indexOf('```'));
}
