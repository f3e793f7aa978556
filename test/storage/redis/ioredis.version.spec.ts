import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';

// To try the Redis storage with another version of ioredis than the installed one:
//
//   npm install --no-save --prefix /tmp/ioredis5 ioredis@5
//   IOREDIS=/tmp/ioredis5/node_modules/ioredis npm test -- test/storage/redis test/contract
//
// jest.config.js puts it in the place of the installed one, for the library and for the tests.

it('is tried with a version of ioredis that the package accepts beside it', () => {
  const { peerDependencies } = json<{ peerDependencies: { ioredis: string } }>(
    new URL('../../../package.json', import.meta.url),
  );
  const accepted = peerDependencies.ioredis.split(' || ').map((range) => numbers(range.replace('^', '')));
  const [major, minor] = numbers(underTest());
  expect(accepted.some(([first, second]) => first === major && second <= minor)).toBe(true);
});

function underTest(): string {
  const { IOREDIS } = process.env;
  const path = IOREDIS ? `${IOREDIS}/package.json` : createRequire(import.meta.url).resolve('ioredis/package.json');
  return json<{ version: string }>(path).version;
}

function json<T>(file: string | URL): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

function numbers(version: string): [major: number, minor: number] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return [major, minor];
}
