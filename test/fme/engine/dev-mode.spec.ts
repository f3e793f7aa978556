import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import { accountOf, CHECKOUT, NOTHING_STORED, user } from './account.fixture.js';
import { checkout, nobody } from './holdout.fixture.js';

describe('dev mode (SDK 1.43)', () => {
  it('sends nothing for a user in dev mode, where the settings have it on, and decides and stores all the same', () => {
    const account = accountOf(CHECKOUT, { devMode: true, isMAU: true, holdouts: [nobody] });
    expect(checkout(account, undefined, { isDevMode: true })).toMatchObject({
      events: [],
      records: [{ key: 'checkout' }],
    });
    expect(decide(account, 'unknown', user('ann', { isDevMode: true }), NOTHING_STORED).events).toEqual([]);
    expect(checkout(account).events).toHaveLength(3);
    expect(checkout(accountOf(CHECKOUT), undefined, { isDevMode: true }).events).toHaveLength(2);
  });
});
