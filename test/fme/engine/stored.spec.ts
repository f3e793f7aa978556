import { describe, expect, it } from '@jest/globals';
import { compile, type CompiledSettings, decide } from '../../../lib/fme/engine/index.js';
import { type StoredDecision } from '../../../lib/model/index.js';
import {
  accountOf,
  CHECKOUT,
  checkoutRecord,
  NOTHING_STORED,
  rolledOutRecord,
  settingsOf,
  storedAs,
  user,
} from './account.fixture.js';

const checkout = accountOf(CHECKOUT);
const DECIDED_BY_RULES = { variation: 1, source: 'rules' };

function seen(settings: CompiledSettings, record: StoredDecision, id = 'ann'): object {
  const { flag, records, events, refused } = decide(settings, 'checkout', user(id), storedAs(record));
  return {
    variation: flag.variation?.id,
    source: flag.source,
    records: records.length,
    events: events.length,
    refused,
  };
}

describe('what was decided before stays decided', () => {
  it('gives the stored variation at once: no impression, nothing stored', () => {
    expect(seen(checkout, checkoutRecord('ann'))).toEqual({
      variation: 2,
      source: 'storage',
      records: 0,
      events: 0,
      refused: 0,
    });
  });

  it('stores a record that is complete, with the feature id', () => {
    const { records } = decide(checkout, 'checkout', user('ann'), NOTHING_STORED);
    expect(records).toEqual([{ key: 'checkout', record: checkoutRecord('ann', { experimentVariationId: 1 }) }]);
  });

  it('finds again what it stored, after the record went through JSON', () => {
    const [stored] = decide(checkout, 'checkout', user('ann'), NOTHING_STORED).records;
    expect(seen(checkout, JSON.parse(JSON.stringify(stored?.record)))).toMatchObject({
      variation: 1,
      source: 'storage',
    });
  });

  it("believes VWO's six documented fields, as SDK 1.35 does and later ones do not", () => {
    const { rolloutId: _r, experimentId: _e, featureId: _f, ...documented } = checkoutRecord('ann');
    expect(seen(checkout, documented as StoredDecision)).toMatchObject({
      variation: 2,
      source: 'storage',
    });
  });

  it('takes a user id that was stored as a number for the same user', () => {
    expect(seen(checkout, checkoutRecord('42', { userId: 42 }), '42')).toMatchObject({
      variation: 2,
      source: 'storage',
    });
  });

  it('stores a rollout once, and not again while it stays the same', () => {
    const rollout = accountOf({ checkout: [{ id: 1 }] });
    const first = decide(rollout, 'checkout', user('ann'), NOTHING_STORED);
    const record = first.records[0]?.record ?? checkoutRecord('nobody');
    const second = decide(rollout, 'checkout', user('ann'), storedAs(record));
    expect([first.flag.source, first.events.length, second.flag.source, second.events, second.records]).toEqual([
      'rules',
      1,
      'storage',
      [],
      [],
    ]);
  });

  it('keeps a rollout on for whom it is stored, though nobody new gets it', () => {
    const { experimentId: _i, experimentKey: _k, experimentVariationId: _v, ...rollout } = checkoutRecord('ann');
    for (const rule of [{ traffic: 0 }, { segments: { user: 'bob' } }]) {
      const closed = accountOf({ checkout: [{ id: 1, ...rule }] });
      expect(seen(closed, rollout as StoredDecision)).toMatchObject({ variation: 1, source: 'storage' });
      expect(decide(closed, 'checkout', user('ann'), NOTHING_STORED).flag.isEnabled()).toBe(false);
    }
  });

  it('stores a rollout again when it lacked the feature id, once', () => {
    const rollout = accountOf({ checkout: [{ id: 1 }] });
    const old = rolledOutRecord('ann');
    const [change] = decide(rollout, 'checkout', user('ann'), storedAs(old)).records;
    expect(change?.record).toEqual({ ...old, featureId: 1 });
    expect(decide(rollout, 'checkout', user('ann'), storedAs(change?.record ?? old)).records).toEqual([]);
  });

  it('goes on to the experiments from a stored rollout, without counting the rollout again', () => {
    const { experimentId: _i, experimentKey: _k, experimentVariationId: _v, ...rollout } = checkoutRecord('ann');
    const { flag, events, records } = decide(checkout, 'checkout', user('ann'), storedAs(rollout as StoredDecision));
    expect([flag.source, flag.variation?.campaignId, events, records.length]).toEqual([
      'rules',
      2,
      [{ name: 'vwo_variationShown', campaignId: 2, variationId: 1 }],
      1,
    ]);
  });

  it('finds variations whose ids are texts in the settings', () => {
    const settings = settingsOf(CHECKOUT);
    const [first, second] = settings.campaigns as readonly { variations: readonly object[] }[];
    const variations = second?.variations.map((each, i) => ({ ...each, id: `v${i}` }));
    const texts = compile({ ...settings, campaigns: [{ ...first }, { ...second, variations }] } as typeof settings);
    const { flag, refused } = decide(
      texts,
      'checkout',
      user('ann'),
      storedAs(checkoutRecord('ann', { experimentVariationId: 'v1' })),
    );
    expect([flag.source, flag.getVariable('text'), refused]).toEqual(['storage', 'checkout-2-2', 0]);
  });

  it('does not store a variation without an id, as the official SDK does not', () => {
    const settings = settingsOf({ checkout: [{ id: 1 }] });
    const [campaign] = settings.campaigns as readonly object[];
    const odd = compile({
      ...settings,
      campaigns: [{ ...campaign, variations: [{ id: 0, weight: 100, segments: {} }] }],
    });
    const { flag, records } = decide(odd, 'checkout', user('ann'), NOTHING_STORED);
    expect([flag.isEnabled(), records]).toEqual([true, []]);
  });

  it('keeps fields of the user’s own when a record is written again', () => {
    const { records } = decide(
      checkout,
      'checkout',
      user('ann'),
      storedAs(checkoutRecord('ann', { experimentKey: 'gone', note: { by: 'me' } })),
    );
    expect(records[0]?.record).toEqual(checkoutRecord('ann', { experimentVariationId: 1, note: { by: 'me' } }));
  });
});

describe('a record that does not fit is not believed', () => {
  it.each([
    ['the variation is gone', { experimentVariationId: 3 }, 0],
    ['the campaign is gone', { experimentKey: 'checkout_9' }, 0],
    ['it is of another user', { userId: 'bob' }, 1],
    ['it is of another feature', { featureKey: 'checkout', featureId: 2 }, 1],
    ['it has no experiment but only its variation', { experimentKey: undefined }, 0],
    ['its ids became texts on the way', { experimentVariationId: '2', experimentId: '2' }, 1],
  ])('decides anew when %s', (_why, change, refused) => {
    expect(seen(checkout, checkoutRecord('ann', change))).toMatchObject({ ...DECIDED_BY_RULES, refused });
  });

  it.each([['a text'], [7], [null], [[]], [{}]])('decides anew when the store gives %j', (nonsense) => {
    const stored = new Map([['checkout', nonsense as never]]);
    expect(decide(checkout, 'checkout', user('ann'), stored).flag.variation?.id).toBe(1);
  });

  it('refuses a record that lies under the key of another feature', () => {
    const stored = new Map([['checkout', checkoutRecord('ann', { featureKey: 'pricing' })]]);
    expect(decide(checkout, 'checkout', user('ann'), stored)).toMatchObject({ refused: 1, flag: { source: 'rules' } });
  });

  const { experimentId: _i, experimentKey: _k, experimentVariationId: _v, ...rollout } = checkoutRecord('ann');

  it.each<[string, object, number]>([
    ['a stored rollout counts', {}, 1],
    ['but not without its id', { rolloutId: undefined }, 2],
    ['nor without its key', { rolloutKey: undefined }, 2],
    ['nor beside an experiment that is gone', { experimentKey: 'checkout_9', experimentVariationId: 1 }, 2],
  ])('decides the rollout anew: %s', (_why, more, impressions) => {
    const record = { ...rollout, ...more } as StoredDecision;
    expect(seen(checkout, record)).toMatchObject({ events: impressions, refused: 0 });
  });

  it('does not believe a record without a campaign key, not even for a campaign without one', () => {
    const settings = settingsOf(CHECKOUT);
    const campaigns = (settings.campaigns as readonly object[]).map((each) => ({ ...each, key: '' }));
    const nameless = compile({ ...settings, campaigns } as typeof settings);
    expect(seen(nameless, checkoutRecord('ann', { experimentKey: '', rolloutKey: '' }))).toMatchObject(
      DECIDED_BY_RULES,
    );
  });

  it('does not take another feature’s campaign for its own, though the account has it', () => {
    const two = accountOf({ ...CHECKOUT, pricing: [{ id: 3 }, { id: 4, type: 'FLAG_TESTING', weights: [100, 0] }] });
    expect(seen(two, checkoutRecord('ann', { experimentKey: 'pricing_4' }))).toMatchObject(DECIDED_BY_RULES);
  });
});

describe('off means off, whatever is stored', () => {
  it('is off when the feature is gone, its campaigns still in the settings', () => {
    const settings = settingsOf(CHECKOUT);
    const gone = compile({ ...settings, features: [] });
    expect(seen(gone, checkoutRecord('ann'))).toMatchObject({
      variation: undefined,
      source: 'none',
      records: 0,
      events: 0,
    });
  });

  it('is off when the rules were emptied, the campaigns still in the settings', () => {
    const settings = settingsOf(CHECKOUT);
    const emptied = compile({ ...settings, features: [{ id: 1, key: 'checkout', rules: [] }] });
    expect(seen(emptied, checkoutRecord('ann'))).toMatchObject({
      variation: undefined,
      source: 'none',
      records: 0,
      events: 0,
    });
  });

  it('does not store “off”', () => {
    const { flag, records } = decide(
      accountOf({ checkout: [{ id: 1, traffic: 0 }] }),
      'checkout',
      user('ann'),
      NOTHING_STORED,
    );
    expect([flag.isEnabled(), records]).toEqual([false, []]);
  });
});
