import { describe, expect, it } from '@jest/globals';
import { decide, gatewayQuestions } from '../../../lib/fme/engine/index.js';
import { listKey } from '../../../lib/model/index.js';
import { accountOf, NOTHING_STORED, user } from './account.fixture.js';
import { early, gold, isIn, problemsOf, tester } from './segment.fixture.js';

const with_ = (...names: readonly string[]): object => ({
  customVariables: {
    ...(names.includes('gold') && { plan: 'gold' }),
    ...(names.includes('tester') && { role: 'tester' }),
    ...(names.includes('early') && { group: 'early' }),
  },
});

describe('an `and`', () => {
  it.each([1, 2, 3])('of %d operands wants all of them', (count) => {
    const [operands, all] = [[gold, tester, early].slice(0, count), ['gold', 'tester', 'early'].slice(0, count)];
    expect(isIn({ and: operands }, with_(...all))).toBe(true);
    for (const missing of all) {
      expect(isIn({ and: operands }, with_(...all.filter((each) => each !== missing)))).toBe(false);
    }
  });

  it('of nothing wants nothing', () => expect(isIn({ and: [] })).toBe(true));
});

describe('an `or`', () => {
  it.each([1, 2, 3])('of %d operands wants one of them', (count) => {
    const [operands, all] = [[gold, tester, early].slice(0, count), ['gold', 'tester', 'early'].slice(0, count)];
    for (const one of all) expect(isIn({ or: operands }, with_(one))).toBe(true);
    expect(isIn({ or: operands })).toBe(false);
  });

  it('of nothing is for nobody', () => expect(isIn({ or: [] })).toBe(false));
});

describe('segments inside segments', () => {
  const nots = (count: number, inner: object): object => (count === 0 ? inner : { not: nots(count - 1, inner) });

  it('count up to 200 levels', () => {
    expect([isIn(nots(200, { user: 'ann' })), isIn(nots(200, { user: 'bob' }))]).toEqual([true, false]);
    expect(problemsOf(nots(200, { user: 'ann' }))).toEqual([]);
  });

  it('are for nobody beyond that, and it is said', () => {
    for (const count of [201, 202]) {
      expect([isIn(nots(count, { user: 'ann' })), isIn(nots(count, { user: 'bob' }))]).toEqual([false, false]);
      expect(problemsOf(nots(count, { user: 'ann' }))).toEqual([
        expect.stringMatching(/not: segments may be 200 levels deep$/),
      ]);
    }
  });

  it('may be deeper than the stack: nobody is in them, no details are asked for', () => {
    let deep: object = { country: 'DE' };
    for (let i = 0; i < 50_000; i++) deep = { and: [deep] };
    const segments = { or: [{ custom_variable: { _vwoUserId: 'inlist(list-1)' } }, deep] };
    const account = accountOf({ f: [{ id: 1, segments }] });
    const lists = new Map([[listKey('list-1', 'ann'), true]]);
    const ann = user('ann', { ipAddress: '10.0.0.1', gateway: { location: { country: 'DE' }, lists } });
    expect(decide(account, 'f', ann, NOTHING_STORED).flag.isEnabled()).toBe(false);
    expect(gatewayQuestions(account, ann).details).toBe(false);
  });
});

describe('a segment that is not well-formed', () => {
  it.each<[unknown, string]>([
    [{ and: [null] }, '.and[0]: a segment was expected, got null'],
    [{ and: ['x'] }, '.and[0]: a segment was expected, got "x"'],
    [{ or: [null] }, '.or[0]: a segment was expected, got null'],
    [{ or: [{}] }, '.or[0]: a segment was expected, got an object'],
    [{ and: { user: 'ann' } }, '.and: a list was expected, got an object'],
    [{ or: 'x' }, '.or: a list was expected, got "x"'],
    [{ or: [{ custom_variable: {} }] }, '.or[0].custom_variable: a variable was expected, got an object'],
    [{ or: [{ custom_variable: 'x' }] }, '.or[0].custom_variable: a variable was expected, got "x"'],
    [{ or: [{ custom_variable: { a: 'inlist' } }] }, '.or[0].custom_variable.a: no list in "inlist"'],
    [{ or: [{ user: ['ann'] }] }, '.or[0].user: a text was expected, got a list of 1'],
    [{ or: [{ ua: {} }] }, '.or[0].ua: a text was expected, got an object'],
    [{ or: [{ ua: ['ann'] }] }, '.or[0].ua: a text was expected, got a list of 1'],
    [{ or: [{ ip_address: {} }] }, '.or[0].ip_address: a text was expected, got an object'],
    [{ or: [{ os_version: ['17'] }] }, '.or[0].os_version: a text was expected, got a list of 1'],
    [{ or: [{ featureId: {} }] }, '.or[0].featureId: belongs into an `or`, and says "on" or "off"'],
    [{ or: [{ featureId: { 1: 'maybe' } }] }, '.or[0].featureId: belongs into an `or`, and says "on" or "off"'],
    [{ or: [{ featureId: { 77: 'on' } }] }, '.or[0].featureId: no feature has the id "77"'],
    [{ or: [{ campaignVariation: 'x' }] }, '.or[0].campaignVariation: no web testing campaign: "x"'],
    [{ and: [{ featureId: { 2: 'on' } }] }, '.and[0].featureId: belongs into an `or`, and says "on" or "off"'],
    [{ or: [{ os: 'ios' }, gold] }, '.or: a device among other operands matches nobody'],
    [{ and: [{ device: 'x' }] }, '.and[0].device: belongs into an `or` of devices only'],
    [{ or: [{ region: 'BY' }] }, '.or[0].region: belongs into an `and`'],
    [{ and: [{ city: 'x' }, gold] }, '.and: a location among other operands is passed over'],
    [{ or: [{ os: 'wildcard(()' }] }, '.or: a wildcard that makes no pattern'],
    [{ ['x'.repeat(70)]: 1 }, `.${'x'.repeat(70)}: unknown operand "${'x'.repeat(60)}"`],
  ])('%j is reported, once, and nothing else', (segments, problem) => {
    expect(problemsOf(segments)).toEqual([problem]);
  });

  it.each<[unknown]>([
    [{ or: [{ custom_variable: {} }] }],
    [{ or: [{ custom_variable: { a: 'inlist()' } }] }],
    [{ or: [{ user: ['ann'] }] }],
    [{ or: [{ ua: [] }] }],
    [{ or: [{ ip_address: {} }] }],
    [{ or: [{ os_version: ['17'] }] }],
    [{ or: [{ featureId: { 77: 'on' } }] }],
    [{ or: [{ os: 'wildcard(()' }] }],
    [{ or: [{ country: 'DE' }] }],
    [{ or: [null] }],
    [{ and: [null] }],
    [{ or: {} }],
    [{ and: {} }],
    [null],
    [[]],
    [''],
  ])('%j has nobody in it', (segments) => {
    const all = {
      ipAddress: '10.0.0.1',
      userAgent: 'x',
      customVariables: { a: 'inlist()' },
      gateway: { location: { country: 'DE' }, userAgent: { os: 'ios', os_version: '17' } },
    };
    expect(isIn(segments, all)).toBe(false);
  });

  it('is the only one that is reported', () => {
    const fine = [
      { custom_variable: { a: 'regex(^g)' } },
      { custom_variable: { a: '(' } },
      { custom_variable: { a: 'lower(()' } },
      { ua: 'x' },
      { ip_address: '1' },
      { browser_version: 'gt(1)' },
      { campaignVariation: '1' },
      { user: 'ann' },
    ];
    for (const operand of fine) expect(problemsOf({ or: [operand] })).toEqual([]);
    expect(problemsOf({ or: [{ os: 'ios' }, { device: 'x' }] })).toEqual([]);
    expect(problemsOf({ and: [{ city: 'x' }, { country: 'DE' }] })).toEqual([]);
    expect(problemsOf({ and: [gold] })).toEqual([]);
  });
});
