import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VwoService } from '../../lib/index.js';
import { Test } from '@nestjs/testing';
import {
  overrideVwo,
  type VwoMatchers,
  vwoMatchers,
  VwoTestingFlags,
  VwoTestingModule,
} from '../../lib/entries/testing.js';
import { closeShops, shopOf } from './shop.fixture.js';

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface Matchers<R, T> extends VwoMatchers<R, T> {}
}

expect.extend(vwoMatchers);

describe('vwoMatchers', () => {
  let flags: VwoTestingFlags;
  beforeEach(async () => {
    const { module } = await shopOf(VwoTestingModule.forRoot({ flags: { beta: { variation: 'b' }, other: true } }));
    const vwo = module.get(VwoService);
    flags = module.get(VwoTestingFlags);
    await vwo.run({ id: 'ann' }, (visit) => {
      visit.flag('beta');
      visit.track('purchase', { total: 10, items: ['tea'] });
    });
  });
  afterEach(closeShops);

  const failing = (assertion: () => void): string => {
    try {
      assertion();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('The assertion holds');
  };

  it('toHaveExposed: by key, and by what else is said', () => {
    expect(flags).toHaveExposed('beta');
    expect(flags).toHaveExposed('beta', { user: 'ann', variation: 'b' });
    expect(flags).toHaveExposed('beta', { user: undefined, variation: expect.stringMatching(/^b/) });
    expect(flags).not.toHaveExposed('other');
    expect(flags).not.toHaveExposed('beta', { user: 'bob' });
    expect(flags).not.toHaveExposed('beta', { variation: 'a' });
  });

  it('toHaveTracked: by name, and by what else is said', () => {
    expect(flags).toHaveTracked('purchase');
    expect(flags).toHaveTracked('purchase', { user: 'ann', properties: { items: ['tea'], total: 10 } });
    expect(flags).toHaveTracked('purchase', { properties: expect.objectContaining({ total: 10 }) });
    expect(flags).not.toHaveTracked('refund');
    expect(flags).not.toHaveTracked('purchase', { properties: { total: 10 } });
    expect(flags).not.toHaveTracked('purchase', { user: 'bob' });
  });

  it('a failure says what was expected, and what there was', () => {
    expect(failing(() => expect(flags).toHaveExposed('beta', { variation: 'a' }))).toBe(
      "Expected: an exposure with key 'beta', variation 'a'\nThere was:\n  { user: 'ann', key: 'beta', variation: 'b' }",
    );
    expect(failing(() => expect(flags).not.toHaveTracked('purchase'))).toMatch(
      /^Not expected: a tracked event with name 'purchase'\nThere was:\n {2}\{[^]*total: 10/,
    );
    flags.reset();
    expect(failing(() => expect(flags).toHaveTracked('purchase'))).toMatch(/\nThere was none\.$/);
  });

  it('refuses what is no VwoTestingFlags, whichever way it is asked', () => {
    expect(() => expect({}).toHaveExposed('beta')).toThrow(/must be VwoTestingFlags, got an object/);
    expect(() => expect(undefined).not.toHaveTracked('beta')).toThrow(/must be VwoTestingFlags, got undefined/);
  });

  it('refuses a misspelt field: it would never be met, and `not` always hold', () => {
    expect(() => expect(flags).not.toHaveExposed('beta', { usr: 'ann' } as object)).toThrow(/no option `usr`.*`user`/);
    expect(() => expect(flags).not.toHaveTracked('purchase', { total: 1 } as object)).toThrow(/no option `total`/);
  });

  it('fails where no application has the flags: nothing can have been seen', () => {
    const unused = overrideVwo(Test.createTestingModule({}));
    expect(() => expect(unused).not.toHaveExposed('beta')).toThrow(/No application has been started with these flags/);
  });
});
