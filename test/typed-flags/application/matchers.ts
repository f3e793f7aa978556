import { expect } from 'the-runner'; // jest-globals.ts, types-jest.ts, vitest.ts
import { vwoMatchers, type VwoTestingFlags, type VwoTestingFlagsOf } from 'nestjs-vwo/testing';

// What compiles with ./vwo-flags.d.ts in tests of each runner and, under @ts-expect-error, what does not.

expect.extend(vwoMatchers);

export async function promises(ours: VwoTestingFlags, theirs: VwoTestingFlagsOf<'partners'>): Promise<void> {
  const [others, some] = [{} as VwoTestingFlagsOf<'others'>, {} as VwoTestingFlagsOf<string>];
  expect(ours).toHaveExposed('new-checkout', { user: 'ann', variation: 'fast' });
  expect(ours).not.toHaveExposed('by-hand', { variation: expect.stringMatching(/^b/) });
  expect(ours).toHaveTracked('any event', { properties: { total: 10 } });
  expect(theirs).toHaveExposed('rebate');
  expect(others).toHaveExposed('anything');
  expect(some).toHaveExposed('anything');
  await expect(Promise.resolve(ours)).resolves.toHaveExposed('pricing');
  // @ts-expect-error no such flag
  expect(ours).toHaveExposed('checkout');
  // @ts-expect-error no such flag
  expect(ours).not.toHaveExposed('checkout');
  // @ts-expect-error a flag of the other account
  expect(theirs).toHaveExposed('beta');
  // @ts-expect-error no such flag
  await expect(Promise.resolve(ours)).resolves.toHaveExposed('checkout');
  // @ts-expect-error no such field
  expect(ours).toHaveExposed('beta', { usr: 'ann' });
}
