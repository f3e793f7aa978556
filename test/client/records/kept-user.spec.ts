import { describe, expect, test } from '@jest/globals';
import { KeptUser } from '../../../lib/client/records/kept-user.js';
import type { StoredDecision } from '../../../lib/model/index.js';

const BLIND = { isBlind: true, wasTried: false };
const SEEING = { isBlind: false, wasTried: false };
const TRIED = { isBlind: false, wasTried: true };

const record = (variation: number): StoredDecision => ({ userId: 'ann', featureKey: 'a', variation });
const [one, two, three, stored] = [record(1), record(2), record(3), record(9)];

describe('a record that is kept', () => {
  const kept = new KeptUser('ann');
  const user = (): KeptUser => new KeptUser('ann');
  const change = (decided: StoredDecision, replaces?: StoredDecision) => ({ key: 'a', record: decided, replaces });

  test('is that of whoever decided first', () => {
    const ann = user();
    ann.add(change(one), BLIND);
    ann.add(change(two), BLIND);
    expect(ann.change('a')).toMatchObject({ record: one, bases: [undefined], isBlind: true });
  });

  test('is the latest of those that were decided from one another, and replaces what the first one did', () => {
    const ann = user();
    ann.add(change(one, stored), SEEING);
    ann.add(change(two, one), SEEING);
    ann.add(change(three, { ...two }), SEEING); // as a storage gives it back
    expect(ann.change('a')).toMatchObject({ record: three, bases: [stored] });
  });

  test('gives way to one that was decided knowing what is stored, and not the other way round', () => {
    const ann = user();
    ann.add(change(one), BLIND);
    ann.add(change(two, stored), SEEING);
    ann.add(change(three), BLIND);
    expect(ann.change('a')).toMatchObject({ record: two, bases: [stored], isBlind: false });
  });

  test('stays blind whatever is decided on top of it', () => {
    const ann = user();
    ann.add(change(one), BLIND);
    ann.add(change(two, one), SEEING);
    expect(ann.change('a')).toMatchObject({ record: two, bases: [undefined], isBlind: true });
  });

  test('replaces also the one whose save may have arrived though nobody knows', () => {
    const ann = user();
    ann.add(change(one, stored), TRIED);
    ann.add(change(two, one), SEEING);
    expect(ann.change('a')).toMatchObject({ record: two, bases: [stored, one] });
  });

  test('has few such bases, however often a save fails: the first one, and the last ones', () => {
    const ann = user();
    ann.add(change(record(0)), TRIED);
    for (let i = 1; i <= 100; i++) ann.add(change(record(i), record(i - 1)), TRIED);
    const { bases = [] } = ann.change('a') ?? {};
    expect(bases.length).toBe(8);
    expect([bases[0], bases.at(-1)]).toEqual([undefined, record(99)]);
  });

  test('that is saved while another one is decided on top of it is the base of that', () => {
    const ann = user();
    ann.add(change(one, stored), SEEING);
    const batch = ann.tried(ann.unwritten);
    ann.add(change(two, one), SEEING);
    expect(ann.change('a')).toMatchObject({ bases: [stored, one] });
    ann.wrote(batch.map(([key, each]) => [key, each.record]));
    expect(ann.change('a')).toMatchObject({ record: two, bases: [one], isWritten: false });
  });

  test('that was saved is replaced by what is decided from it', () => {
    const ann = user();
    ann.add(change(one), BLIND);
    ann.wrote([['a', one]]);
    expect(ann.hasUnwritten).toBe(false);
    ann.add(change(two, one), SEEING);
    expect(ann.change('a')).toMatchObject({ record: two, bases: [one], isBlind: false, isWritten: false });
  });

  test('is gone when the user is forgotten', () => {
    kept.add(change(one), BLIND);
    kept.forget();
    expect([kept.get('a'), kept.size, kept.isGone]).toEqual([undefined, 0, true]);
  });
});
