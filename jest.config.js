/**
 * Another copy of ioredis than the installed one, to try the Redis storage with: IOREDIS=/tmp/ioredis5/node_modules/ioredis
 * after `npm install --no-save --prefix /tmp/ioredis5 ioredis@5`.
 */
const { IOREDIS } = process.env;

/** Jest in ESM mode: NestJS 12 is ESM only. Run with NODE_OPTIONS=--experimental-vm-modules (`npm test` does). */
export default {
  roots: ['<rootDir>/test'],
  testEnvironment: '<rootDir>/test/jest/spec.environment.mjs',
  resolver: '<rootDir>/test/jest/spec.resolver.cjs',
  testSequencer: '<rootDir>/test/jest/spec.sequencer.mjs',
  testRegex: '\\.spec\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', ...(IOREDIS && { '^ioredis$': `${IOREDIS}/built/index.js` }) },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  maxWorkers: '100%',
  /** For a busy machine: nothing asserts a time. */
  testTimeout: 120_000,
};
