import { describe, expect, it } from '@jest/globals';
import { VwoOptionsError } from '../../lib/index.js';
import { testFlag } from '../../lib/entries/testing.js';
import { ShopController } from './shop.fixture.js';

describe('a controller with @Flag as a plain class', () => {
  const shop = new ShopController({ discount: () => 0, order: () => true } as never);

  it('takes what testFlag makes, and needs nothing else', () => {
    const flag = testFlag('new-checkout', { variation: 'fast', variables: { button: 'red' } });
    expect(shop.home(flag, 'red')).toEqual({ on: true, variation: 'fast', reason: 'experiment', button: 'red' });
    expect(shop.home(testFlag('new-checkout', false), 'blue')).toMatchObject({ on: false, reason: 'disabled' });
    expect(shop.beta()).toBe('in');
  });

  it('testFlag gives a flag that is on, with its variables', () => {
    expect(testFlag('beta').isEnabled()).toBe(true);
    expect(testFlag('beta', { variables: { a: 1 } }).getVariable('a', 0)).toBe(1);
    expect(testFlag('beta').getVariable('a', 0)).toBe(0);
  });

  it('refuses what no flag can be', () => {
    expect(() => testFlag('')).toThrow(VwoOptionsError);
    expect(() => testFlag('beta', 'on' as never)).toThrow(
      /`testFlag\('beta', flag\)` must be true, false or an object/,
    );
  });
});
