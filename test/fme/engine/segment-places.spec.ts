import { describe, expect, it } from '@jest/globals';
import { gold, isIn } from './segment.fixture.js';

const from = (location: unknown, more: object = {}): object => ({
  ipAddress: '10.0.0.1',
  gateway: { location },
  ...more,
});
const on = (userAgent: unknown, more: object = {}): object => ({ userAgent: 'curl', gateway: { userAgent }, ...more });

describe('a location', () => {
  it.each(['country', 'region', 'city'])('is looked up by its %s', (kind) => {
    const segments = { and: [{ [kind]: 'X' }] };
    expect([
      isIn(segments, from({ [kind]: 'X' })),
      isIn(segments, from({ [kind]: 'Y' })),
      isIn(segments, from({})),
    ]).toEqual([true, false, false]);
  });

  it('must be right in all that is asked', () => {
    const segments = { and: [{ country: 'DE' }, { city: 'Berlin' }] };
    expect(isIn(segments, from({ country: 'DE', city: 'Berlin' }))).toBe(true);
    expect(isIn(segments, from({ country: 'DE', city: 'Bonn' }))).toBe(false);
    expect(isIn(segments, from({ country: 'AT', city: 'Berlin' }))).toBe(false);
    expect(isIn({ and: [{ country: 'DE', city: 'Berlin' }, gold] }, from({ country: 'DE', city: 'Bonn' }))).toBe(false);
  });

  it('is passed over among other operands, as in the official SDK', () => {
    const segments = { and: [{ country: 'DE' }, gold] };
    expect(isIn(segments, from({ country: 'AT' }, { customVariables: { plan: 'gold' } }))).toBe(true);
    expect(isIn(segments, from({ country: 'DE' }))).toBe(false);
  });

  it.each([
    ['"DE"', 'DE', true],
    ['DE', '"DE"', true],
    ['DE', ' DE ', true],
    ['" DE "', 'DE', true],
    ['DE', 'D"E', false],
    ['"DE', 'D"E', false],
    ['DE"', 'D"E', false],
    [null, null, true],
    [null, 'null', false],
    ['', undefined, false],
    [5, '5', true],
  ])('%j is found where the gateway says %j: %s', (wanted, found, expected) => {
    expect(isIn({ and: [{ country: wanted }] }, from({ country: found }))).toBe(expected);
  });

  it.each([[null], ['DE'], [[]], [undefined]])('is nowhere when the gateway says %j', (location) => {
    expect(isIn({ and: [{ country: null }] }, from(location))).toBe(false);
  });

  it('is not known of a user without an address, or without an answer', () => {
    expect(isIn({ and: [{ country: 'DE' }] }, from({ country: 'DE' }, { ipAddress: undefined }))).toBe(false);
    expect(isIn({ and: [{ country: 'DE' }] }, { ipAddress: '10.0.0.1' })).toBe(false);
    expect(isIn({ and: [{ country: null }] }, from({}))).toBe(false);
  });
});

describe('a device', () => {
  it.each(['os', 'browser_string', 'device_type', 'device'])('is looked up by its %s', (kind) => {
    const segments = { or: [{ [kind]: 'X' }] };
    expect([isIn(segments, on({ [kind]: 'X' })), isIn(segments, on({ [kind]: 'Y' })), isIn(segments, on({}))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each<[unknown, unknown, boolean]>([
    [['ios', 'android'], 'android', true],
    [['ios', 'android'], 'windows', false],
    [[5, 'android'], 'android', true],
    ['android', 'Android', true],
    ['Android', 'android', true],
    ['wildcard(*oid)', 'Android', true],
    ['wildcard(*dr*d)', 'android', true],
    ['wildcard(and*)', 'ANDROID', true],
    ['wildcard(*dr*x*)', 'android', false],
    ['wildcard(ios)', 'macos', false],
    ['wildcard(ios)', 'radio', false],
    ['wildcard(and', 'android', false],
    ['android)', 'ios', false],
    [['wildcard(ios*)', 'wildcard(and*)'], 'android', true],
    [['wildcard(ios*)', 'android'], 'android', true],
    [['wildcard(ios*)', 'wildcard(win*)'], 'android', false],
    ['5', 5, false],
    ['android', ['android'], false],
  ])('%j is found where the gateway says %j: %s', (wanted, found, expected) => {
    expect(isIn({ or: [{ os: wanted }] }, on({ os: found }))).toBe(expected);
  });

  it('is one of those that are listed, of whatever kind', () => {
    const segments = { or: [{ os: 'ios' }, { os: 'android' }, { device_type: 'tablet' }] };
    expect(
      [{ os: 'ios' }, { os: 'android' }, { device_type: 'tablet' }].every((found) => isIn(segments, on(found))),
    ).toBe(true);
    expect(isIn(segments, on({ os: 'windows', device_type: 'mobile' }))).toBe(false);
  });

  it('is nobody’s among other operands, as in the official SDK', () => {
    const segments = { or: [{ os: 'ios' }, gold] };
    expect(isIn(segments, on({ os: 'ios' }))).toBe(false);
    expect(isIn(segments, on({}, { customVariables: { plan: 'gold' } }))).toBe(true);
  });

  it('counts beside what stood before it in an operand of two kinds', () => {
    const segments = { or: [gold, { os: 'ios', device_type: 'tablet' }] };
    expect([isIn(segments, on({ os: 'ios' })), isIn(segments, { customVariables: { plan: 'gold' } })]).toEqual([
      true,
      true,
    ]);
  });

  it.each([[null], ['ios'], [undefined]])('is none when the gateway says %j', (found) => {
    expect(isIn({ or: [{ os: 'ios' }] }, on(found))).toBe(false);
  });

  it('is not known of a user without a user agent', () => {
    expect(isIn({ or: [{ os: 'ios' }] }, on({ os: 'ios' }, { userAgent: '' }))).toBe(false);
  });
});

describe('user agent, address and versions', () => {
  it.each<[string, unknown, object, boolean]>([
    ['ua', 'curl/8', { userAgent: 'curl/8' }, true],
    ['ua', 'curl/8', { userAgent: 'curl%2F8' }, true],
    ['ua', 'wildcard(*Chrome*)', { userAgent: 'Mozilla Chrome 1' }, true],
    ['ua', 5, { userAgent: 5 }, true],
    ['ua', 'curl/8', { userAgent: 'curl/9' }, false],
    ['ua', '', {}, false],
    ['ua', 'undefined', {}, false],
    ['ip_address', '10.0.0.1', { ipAddress: '10.0.0.1' }, true],
    ['ip_address', '10.0.0.1', { ipAddress: '10.0.0.2' }, false],
    ['ip_address', ' "10.0.0.1" ', { ipAddress: '10.0.0.1' }, true],
    ['ip_address', 'wildcard(10.0.*)', { ipAddress: '10.0.0.1' }, true],
    ['ip_address', '', {}, false],
    ['os_version', '17', on({ os_version: '17.0.0' }), true],
    ['os_version', '17', on({ os_version: 17 }), true],
    ['os_version', '17.0', on({ os_version: '17' }), true],
    ['os_version', '17', on({ os_version: '17.1' }), false],
    ['os_version', 'lte(17.0)', on({ os_version: '17' }), true],
    ['os_version', 'lte(17)', on({ os_version: '17.0' }), true],
    ['os_version', 'gt(17)', on({ os_version: '17.0' }), false],
    ['os_version', 'gt(17.9)', on({ os_version: '17.10' }), true],
    ['os_version', 'lt(17.10)', on({ os_version: '17.9' }), true],
    ['os_version', '17', on({ os_version: 'x17' }), false],
    ['os_version', 'XP', on({ os_version: 'XP' }), true],
    ['os_version', 'v1', on({ os_version: '0' }), false],
    ['os_version', '1v', on({ os_version: '0' }), false],
    ['os_version', 'undefined', on({}), false],
    ['os_version', 'null', on({ os_version: null }), false],
    ['os_version', '[object Object]', on({ os_version: {} }), false],
    ['os_version', '17', on(null), false],
    ['browser_version', 'gte(120)', on({ browser_version: '120.5' }), true],
    ['browser_version', 'gte(120)', on({ os_version: '120.5' }), false],
  ])('%s %j for %j: %s', (kind, operand, more, expected) => {
    expect(isIn({ or: [{ [kind]: operand }] }, more)).toBe(expected);
  });
});
