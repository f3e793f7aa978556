import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { StoredDecision } from '../../lib/model/index.js';
import { KEEP_GONE_MS, pruningOf } from '../../lib/storage/index.js';
import type { Property } from './checked-property.js';

const DAY = 24 * 60 * 60 * 1000;
const KEYS = ['checkout', 'pricing', '__proto__', 'constructor'];

/** One visit of the user: how long after the last one, to a client that knows which features, and whether it saves. */
interface Step {
  readonly days: number;
  readonly known: readonly string[];
  readonly isSaving: boolean;
}

const steps = fc.array(
  fc.record({ days: fc.constantFrom(0, 1, 30, 44, 89, 90, 91), known: fc.subarray(KEYS), isSaving: fc.boolean() }),
  { minLength: 1, maxLength: 6 },
);

/** A record goes with a save 90 days after the save that first met its feature gone, unless a visit knew the feature meanwhile. */
export const prunedInTime: Property<readonly Step[]> = {
  drawn: steps,
  check: (visits) => {
    const records = new Map<string, StoredDecision>(KEYS.map((key) => [key, { featureKey: key, userId: 'ann' }]));
    const left = new Set(KEYS);
    const goneSince = new Map<string, number>();
    let now = 0;
    for (const { days, known, isSaving } of visits) {
      now += days * DAY;
      for (const key of left) {
        if (known.includes(key)) goneSince.delete(key);
        else if (isSaving && !goneSince.has(key)) goneSince.set(key, now);
      }
      if (isSaving) for (const [key, since] of goneSince) if (now - since >= KEEP_GONE_MS) forget(left, goneSince, key);
      visit(records, { known: new Set(known), now, isSaving });
      deepStrictEqual([...records.keys()].filter((key) => KEYS.includes(key)).sort(), [...left].sort());
    }
  },
};

function forget(left: Set<string>, goneSince: Map<string, number>, key: string): void {
  left.delete(key);
  goneSince.delete(key);
}

function visit(
  records: Map<string, StoredDecision>,
  at: { readonly known: ReadonlySet<string>; readonly now: number; readonly isSaving: boolean },
): void {
  const pruning = pruningOf({ userId: 'ann', records, ...at });
  for (const { key, record } of pruning?.removals ?? []) {
    ok(records.get(key) === record, 'a removal names the record that was loaded');
    records.delete(key);
  }
  for (const { key, record, replaces } of pruning?.changes ?? []) {
    ok(records.get(key) === replaces, 'a change names the record that it replaces');
    records.set(key, record);
  }
}
