import { afterEach, describe, expect, it, jest } from '@jest/globals';

describe('inSlices', () => {
  afterEach(() => void jest.useRealTimers());

  it('comes to its end also where the timers were held still before the library was loaded', async () => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    const { inSlices } = await import('../../lib/common/slices.js');
    function* work(): Generator<void, string> {
      for (let i = 0; i < 3; i++) {
        for (const end = performance.now() + 10; performance.now() < end;);
        yield;
      }
      return 'done';
    }
    await expect(inSlices(work())).resolves.toBe('done');
  });
});
