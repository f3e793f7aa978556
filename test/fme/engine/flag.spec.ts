import { describe, expect, it } from '@jest/globals';
import { compile, decide } from '../../../lib/fme/engine/index.js';
import { offFlag } from '../../../lib/model/index.js';
import { accountOf, CHECKOUT, checkoutRecord, NOTHING_STORED, settingsOf, storedAs, user } from './account.fixture.js';

const variables = [
  { id: 1, key: 'count', type: 'integer', value: 0 },
  { id: 2, key: 'on', type: 'boolean', value: false },
  { id: 3, key: 'text', type: 'string', value: '' },
  { id: 4, key: 'json', type: 'json', value: { list: [{ deep: true }], nothing: null } },
  { id: 5, key: 'text', type: 'string', value: 'a second one' },
  { id: 6, key: '__proto__', type: 'json', value: JSON.parse('{"__proto__": {"polluted": true}}') as object },
];
const { flag } = decide(accountOf({ f: [{ id: 1, variables }] }), 'f', user('ann'), NOTHING_STORED);

describe('a flag', () => {
  it('gives a variable as it is set, also when it is false, 0 or empty', () => {
    expect([flag.getVariable('count', 7), flag.getVariable('on', true), flag.getVariable('text', 'x')]).toEqual([
      0,
      false,
      '',
    ]);
    expect([flag.getVariable('missing', 7), flag.getVariable('missing'), flag.getVariable('constructor')]).toEqual([
      7,
      undefined,
      undefined,
    ]);
  });

  it('lists its variables in the shape of the settings', () => {
    expect(flag.getVariables()).toEqual(variables);
  });

  it('cannot be changed by one user for another, its JSON neither', () => {
    const json = flag.getVariable<{ list: { deep: boolean }[] }>('json', { list: [] });
    expect(() => json.list.push({ deep: false })).toThrow(TypeError);
    expect(() => Object.assign(json.list[0] ?? {}, { deep: false })).toThrow(TypeError);
    expect(() => (flag.getVariables() as unknown[]).push(1)).toThrow(TypeError);
    expect(() => Object.assign(flag.getVariables()[0] ?? {}, { value: 1 })).toThrow(TypeError);
    expect(() => Object.assign(flag, { key: 'other' })).toThrow(TypeError);
    expect(() => Object.assign(flag.variation ?? {}, { id: 9 })).toThrow(TypeError);
  });

  it('leaves the settings that it came from as they were: the application may still change them', () => {
    const settings = settingsOf({
      f: [{ id: 1, variables: [{ id: 1, key: 'json', type: 'json', value: { a: [] } }] }],
    });
    compile(settings);
    const text = JSON.stringify(settings);
    (settings as { accountId: number }).accountId = 5;
    expect(JSON.stringify({ ...settings, accountId: 123456 })).toBe(text);
  });

  it('is the same object for all users with the same outcome', () => {
    const account = accountOf(CHECKOUT);
    expect(decide(account, 'checkout', user('ann'), NOTHING_STORED).flag).toBe(
      decide(account, 'checkout', user('bob'), NOTHING_STORED).flag,
    );
  });

  it('says where it came from, and which variation it is', () => {
    const account = accountOf(CHECKOUT);
    const fresh = decide(account, 'checkout', user('ann'), NOTHING_STORED).flag;
    const stored = decide(account, 'checkout', user('ann'), storedAs(checkoutRecord('ann'))).flag;
    const off = decide(account, 'unknown', user('ann'), NOTHING_STORED).flag;
    expect([fresh.source, stored.source, off.source]).toEqual(['rules', 'storage', 'none']);
    expect(fresh.variation).toEqual({ id: 1, key: 'Variation-0', campaignId: 2, campaignKey: 'checkout_2' });
  });

  it('is off, with defaults, where nobody is known', () => {
    const off = offFlag('x', 'nobody');
    expect([
      off.key,
      off.isEnabled(),
      off.getVariable('a', 1),
      off.getVariable('a'),
      off.getVariables(),
      off.variation,
    ]).toEqual(['x', false, 1, undefined, [], undefined]);
    expect(decide(accountOf(CHECKOUT), 'checkout', user(''), NOTHING_STORED).flag.isEnabled()).toBe(false);
  });
});
