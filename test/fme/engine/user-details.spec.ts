import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../lib/fme/engine/index.js';
import type { DecisionUser } from '../../../lib/model/index.js';
import { accountOf, NOTHING_STORED, user } from './account.fixture.js';

const account = accountOf({
  german: [{ id: 1, segments: { and: [{ country: 'DE' }] } }],
  mobile: [{ id: 2, segments: { or: [{ device_type: 'mobile' }] } }],
  modern: [{ id: 3, segments: { or: [{ os_version: 'gte(17)' }] } }],
});
const details = { location: { country: 'DE' }, userAgent: { device_type: 'mobile', os_version: '17.2' } };

function flagsOf(more: Partial<DecisionUser>): string[] {
  const ann = user('ann', { ipAddress: '10.0.0.1', userAgent: 'curl', ...more });
  return account.featureKeys.filter((key) => decide(account, key, ann, NOTHING_STORED).flag.isEnabled());
}

describe('location and device that the application knows already', () => {
  it.each(['_vwo', '_wingify'])('count as those of the gateway, given as %s', (name) => {
    expect(flagsOf({ [name]: details })).toEqual(['german', 'mobile', 'modern']);
    expect(flagsOf({})).toEqual([]);
  });

  it('go before what the gateway found', () => {
    expect(flagsOf({ _vwo: { location: { country: 'FR' } }, gateway: details })).toEqual([]);
    expect(flagsOf({ _wingify: details, _vwo: { location: { country: 'FR' } } })).toEqual([
      'german',
      'mobile',
      'modern',
    ]);
  });

  it('need the address and the user agent beside them, as with the gateway', () => {
    expect(flagsOf({ _vwo: details, ipAddress: undefined })).toEqual(['mobile', 'modern']);
    expect(flagsOf({ _vwo: details, userAgent: undefined })).toEqual(['german', 'modern']);
  });

  it.each([[null], [7], ['DE'], [[]]])('are none where %j was given', (given) => {
    expect(flagsOf({ _vwo: given as never, gateway: details })).toEqual(['german', 'mobile', 'modern']);
  });
});
