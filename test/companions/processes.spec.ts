import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuiltLib, buildLib } from '../common/child-process.js';
import { applicationIn } from './process.js';

let lib: BuiltLib;
beforeAll(async () => void (lib = await buildLib()));
afterAll(() => lib.remove());

/** What the application prints; rejects where it has anything to say on its error output. */
async function printedBy(file: string): Promise<string[]> {
  const { code, out, error } = await lib.run(await applicationIn(file));
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return out.trim().split('\n');
}

describe('nestjs-cls', () => {
  it('keeps its values and the flags of 30 users at once, whichever of the two modules is imported first', async () => {
    const [printed = ''] = await printedBy('cls.application.ts');
    const answers = Array.from({ length: 30 }, (_, i) => [`user-${i}`, `user-${i}`, true]);
    expect(JSON.parse(printed)).toEqual({ ClsFirst: answers, VwoFirst: answers });
  });
});

describe('@nestjs/throttler', () => {
  it('refuses before anybody is asked who it is, and leaves gates as they are', async () => {
    const [printed = ''] = await printedBy('throttler.application.ts');
    expect(JSON.parse(printed)).toEqual({ statuses: [200, 200, 429, 404, 404, 429], asked: 4, stored: ['who'] });
  });
});

describe('nest-commander', () => {
  it('runs a command in the visit of its user, and its impression has left when it ends', async () => {
    expect(await printedBy('commander.application.ts')).toEqual(['alice: Welcome', 'vwo_variationShown']);
  });
});
