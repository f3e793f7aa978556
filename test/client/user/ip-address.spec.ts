import { describe, expect, it } from '@jest/globals';
import { plainIpAddress } from '../../../lib/client/user/ip-address.js';

describe('plainIpAddress', () => {
  it.each([
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::ffff:1', '2001:db8::ffff:1'],
    ['::1', '::1'],
    ['no address', 'no address'],
    [undefined, undefined],
  ])('of %s is %s', (address, plain) => {
    expect(plainIpAddress(address)).toBe(plain);
  });
});
