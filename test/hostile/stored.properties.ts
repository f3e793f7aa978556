import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { isObject } from '../../lib/model/index.js';
import { anyJson } from '../fme/engine/any-input.properties.js';
import type { Property } from '../fuzz/checked-property.js';
import { answers } from '../fuzz/storage-answers.js';
import type { Kind } from '../fuzz/storage.kinds.js';
import { POINTED } from './any-value.js';

/** Stands in stored records wherever a text can: it must turn up nowhere else. */
export const MARK = 'what-the-attacker-wrote';

/** Texts by the key of their record, as somebody with access to the store has written them. */
export type Written = readonly (readonly [key: string, text: string])[];

/** A store, written by somebody else. */
export interface Store {
  readonly name: string;
  /** Everything that is there is gone, and this is there instead, of the user `ann`. */
  write(texts: Written): Promise<void>;
}

const garbage = fc.constantFrom('', 'null', '1', '"text"', '[]', '{', '{"userId":"ann"', '<html>', '\0', `"${MARK}"`, `[${JSON.stringify({ [MARK]: 1 })}]`, '['.repeat(50_000), '{"a":'.repeat(50_000), `{"userId":"ann","__proto__":{"${MARK}":1},"constructor":{"prototype":{"${MARK}":1}}}`); // prettier-ignore

/** Texts under keys: most are good records with something changed, under the key that they name. */
function written({ good, keys }: Kind): fc.Arbitrary<Written[number]> {
  const anyKey = fc.constantFrom(...keys, '_vwo_meta_meg_1', ...POINTED.filter((key) => key !== ''));
  const fields = [...new Set(good.flatMap((record) => Object.keys(record))), 'note', '__proto__'];
  const marked = fc
    .tuple(answers(good), fc.subarray(fields, { maxLength: 2 }), anyKey)
    .map(([{ given }, names, other]): Written[number] => {
      const record = isObject(given) ? given : {};
      const key: unknown = record['featureKey'] ?? record['campaignKey'];
      const marks = names.map((name) => [name, MARK] as const);
      const text = JSON.stringify(Object.fromEntries([...Object.entries(record), ...marks]));
      return [typeof key === 'string' && keys.includes(key) ? key : other, text];
    });
  const anything = fc.tuple(
    anyKey,
    fc.oneof(
      garbage,
      anyJson.map((value) => JSON.stringify(value)),
    ),
  );
  return fc.oneof({ arbitrary: marked, weight: 4 }, { arbitrary: anything, weight: 1 });
}

type Outcome = string;

/** What somebody who writes records can make of the flags: no more than to choose among the variations that there are. */
export class StoredByOthers {
  /** How many flags came from a stored record. */
  obeyed = 0;

  private constructor(
    private readonly kind: Kind,
    private readonly store: Store,
    private readonly edge: VwoEdge,
    /** Of each flag: what can come of it without records, and with good ones. */
    private readonly possible: ReadonlyMap<string, ReadonlySet<Outcome>>,
  ) {}

  static async of(kind: Kind, store: Store, edge: VwoEdge): Promise<StoredByOthers> {
    const possible = new Map(kind.keys.map((key) => [key, new Set<Outcome>()]));
    const others = new StoredByOthers(kind, store, edge, possible);
    const note = (seen: ReadonlyMap<string, Outcome>): void =>
      seen.forEach((outcome, key) => void possible.get(key)?.add(outcome));
    await store.write([]);
    for (let i = 0; i < 60; i++) note(await others.visit(`user-${i}`));
    for (const record of kind.good) {
      await store.write([[String(record.featureKey ?? record.campaignKey), JSON.stringify(record)]]);
      note(await others.visit('ann'));
    }
    return others;
  }

  get chooseAtMost(): Property<Written> {
    return {
      drawn: fc.array(written(this.kind), { minLength: 1, maxLength: 5 }),
      check: async (texts) => {
        await this.store.write(texts);
        const before = this.edge.events.length;
        const seen = await this.visit('ann');
        for (const [key, outcome] of seen)
          ok(this.possible.get(key)?.has(outcome), `${key} is what the settings do not have: ${outcome}`);
        await this.kind.client.flush();
        ok(!JSON.stringify(this.edge.events.slice(before)).includes(MARK), 'an event has something of a record');
        deepStrictEqual(Object.keys(Object.prototype), []);
        ok(!(MARK in {}));
      },
    };
  }

  private async visit(id: string): Promise<ReadonlyMap<string, Outcome>> {
    const visit = await this.kind.client.visit({ id, customVariables: { plan: id.endsWith('1') ? 'gold' : 'blue' } });
    const outcomes = this.kind.keys.map((key): [string, Outcome] => {
      const flag = visit.flag(key);
      if (flag.source === 'storage') this.obeyed += 1;
      const variation = flag.variation && { ...flag.variation };
      return [key, JSON.stringify([flag.key, flag.isEnabled(), variation, flag.getVariables()])];
    });
    this.kind.track(visit);
    visit.setAttribute({ plan: 'gold' });
    await visit.end();
    return new Map(outcomes);
  }
}
