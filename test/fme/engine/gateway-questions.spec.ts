import { describe, expect, it } from '@jest/globals';
import { type CompiledSettings, decide, gatewayQuestions } from '../../../lib/fme/engine/index.js';
import { listKey } from '../../../lib/model/index.js';
import { accountOf, CHECKOUT, NOTHING_STORED, user } from './account.fixture.js';

describe('what the gateway is asked', () => {
  const inList = {
    or: [{ custom_variable: { email: 'inlist(list-1)' } }, { custom_variable: { _vwoUserId: 'inlist(list-2)' } }],
  };
  const account = accountOf({
    listed: [{ id: 1, segments: inList }],
    german: [{ id: 2, segments: { and: [{ country: 'DE' }] } }],
    plain: [{ id: 3 }],
  });
  const ann = user('ann', { customVariables: { email: 'ann@example.org' }, ipAddress: '10.0.0.1' });

  it('is nothing where the settings need nothing', () => {
    expect(gatewayQuestions(accountOf(CHECKOUT), ann)).toEqual({ details: false, lists: [] });
    expect(gatewayQuestions(account, ann, ['plain', 'unknown'])).toEqual({ details: false, lists: [] });
  });

  it('is the lists, with the user’s own values, and details where a segment needs them', () => {
    const lists = [
      { listId: 'list-1', attribute: 'ann@example.org' },
      { listId: 'list-2', attribute: 'ann' },
    ];
    expect(gatewayQuestions(account, ann)).toEqual({ details: true, lists });
    expect(gatewayQuestions(account, ann, ['listed'])).toEqual({ details: true, lists });
    expect(gatewayQuestions(account, ann, ['german'])).toEqual({ details: true, lists: [] });
    expect(gatewayQuestions(account, user('ann'), ['german']).details).toBe(false);
    expect(gatewayQuestions(account, user('ann', { userAgent: 'curl' }), ['german']).details).toBe(true);
    expect(gatewayQuestions(account, user('ann', { customVariables: {} }), ['listed']).lists).toEqual([lists[1]]);
    expect(gatewayQuestions(account, user('ann'), ['listed']).lists).toEqual([lists[1]]);
  });

  it('is the UUID where the campaign has user lists', () => {
    const byUuid = accountOf({ f: [{ id: 1, segments: inList, userList: true }] });
    expect(gatewayQuestions(byUuid, user('ann')).lists).toEqual([{ listId: 'list-2', attribute: 'LIST-ID-OF-ann' }]);
  });

  it('is both ids in a mutually exclusive group with user lists, where either may count', () => {
    const rules = [
      { id: 1, type: 'FLAG_TESTING', segments: inList },
      { id: 2, type: 'FLAG_TESTING', userList: true },
    ] as const;
    const grouped = accountOf(
      { f: rules },
      { groups: { 7: { campaigns: ['1', '2'] } }, campaignGroups: { 1: 7, 2: 7 } },
    );
    const asked = (settings: CompiledSettings) =>
      gatewayQuestions(settings, user('ann')).lists.map(({ attribute }) => attribute);
    expect(asked(grouped)).toEqual(['ann', 'LIST-ID-OF-ann']);
    const [first, second] = rules;
    const reversed = accountOf(
      {
        f: [
          { ...first, userList: true },
          { ...second, userList: false },
        ],
      },
      { groups: { 7: { campaigns: ['1', '2'] } }, campaignGroups: { 1: 7, 2: 7 } },
    );
    expect(asked(reversed)).toEqual(['ann', 'LIST-ID-OF-ann']);
  });

  it('is the lists of all campaigns of a mutually exclusive group, whichever feature is read', () => {
    const grouped = accountOf(
      {
        f: [{ id: 1, type: 'FLAG_TESTING' }],
        g: [{ id: 2, type: 'FLAG_TESTING', segments: inList }],
      },
      { groups: { 7: { campaigns: ['1', '2'] } }, campaignGroups: { 1: 7, 2: 7 } },
    );
    expect(gatewayQuestions(grouped, user('ann'), ['f']).lists).toEqual([{ listId: 'list-2', attribute: 'ann' }]);
  });

  it('is a whitelist’s list with the targeting variable', () => {
    const forced = accountOf({ f: [{ id: 1, type: 'FLAG_TESTING', whitelists: [inList] }] });
    const two = { customVariables: { email: 'a@b.c' }, variationTargetingVariables: { email: 'x@y.z' } };
    expect(gatewayQuestions(forced, user('ann', two)).lists.map(({ attribute }) => attribute)).toEqual([
      'x@y.z',
      'ann',
    ]);
  });

  it('is nothing for nobody', () => {
    expect(gatewayQuestions(account, { ...ann, id: 7 as never })).toEqual({ details: false, lists: [] });
  });

  it('is no details of a user whose details the application knows, but lists all the same', () => {
    const known = user('ann', { ipAddress: '10.0.0.1', _vwo: {}, customVariables: { email: 'ann@example.org' } });
    expect(gatewayQuestions(account, known).details).toBe(false);
    expect(gatewayQuestions(account, known).lists).toHaveLength(2);
  });

  it('decides: without an answer nobody is in a list or at a place', () => {
    const lists = new Map([[listKey('list-1', 'ann@example.org'), true]]);
    const at = (gateway: object | undefined, key: string): boolean =>
      decide(account, key, { ...ann, gateway }, NOTHING_STORED).flag.isEnabled();
    expect([
      at(undefined, 'listed'),
      at({ lists }, 'listed'),
      at(undefined, 'german'),
      at({ location: { country: 'DE' } }, 'german'),
    ]).toEqual([false, true, false, true]);
  });
});
