import { deepStrictEqual, ok } from 'node:assert/strict';
import { compile, type CompiledSettings, decide, type VwoSettings } from '../../lib/fme/engine/index.js';
import type { DecisionUser, StoredDecision } from '../../lib/model/index.js';
import { inOldFields, plainVariables } from '../differential/outcome.js';
import type { Property } from './checked-property.js';
import { type RecordCase, recordCases } from './record.cases.js';
import { isForeign, worthOf } from './record.oracle.js';

type Stored = ReadonlyMap<string, StoredDecision>;

function decided(settings: CompiledSettings, key: string, user: DecisionUser, stored: Stored) {
  const { flag, records, events, refused } = decide(settings, key, user, stored);
  const shown = events.flatMap((event) => (event.name === 'vwo_variationShown' ? [event] : []));
  return {
    refused,
    shown,
    records,
    source: flag.source,
    seen: {
      on: flag.isEnabled(),
      variation: flag.variation?.id,
      variables: plainVariables(flag.getVariables() as readonly object[]),
    },
  };
}

/** A record counts, or the flag is decided as if there were none: which of the two is told from the settings alone. */
export const countsOrNot: Property<RecordCase> = {
  drawn: recordCases,
  check: ({ settings, key, user, record }) => {
    const compiled = compile(settings as unknown as VwoSettings);
    const stored: Stored = new Map([[key, record as StoredDecision]]);
    const found = decided(compiled, key, user, stored);
    const anew = decided(compiled, key, user, new Map());
    const worth = worthOf(settings, key, user.id, record);
    const foreign = isForeign(settings, key, user.id, record);

    if (worth?.kind === 'experiment') {
      const { id, variables = [] } = worth.variation;
      deepStrictEqual(found.seen, { on: true, variation: id, variables: plainVariables(variables) });
      deepStrictEqual([found.source, found.shown, found.records], ['storage', [], []]);
    }
    if (worth?.kind === 'rollout') {
      ok(found.seen.on, 'who has a rollout stored has the flag');
      const kept = found.records.find((each) => each.key === key)?.record ?? (record as StoredDecision);
      for (const field of ['rolloutKey', 'rolloutVariationId', 'note'])
        deepStrictEqual(kept[field], (record as StoredDecision)[field]);
    }
    if (worth) deepStrictEqual(found.refused, 0, 'a good record is refused');
    if (foreign && record !== undefined && record !== null && compiled.features.has(key))
      ok(found.refused > 0, 'a foreign record is not counted as refused');
    if (!worth && (foreign || !asksForItself(settings, key))) {
      deepStrictEqual(found.seen, anew.seen);
      deepStrictEqual(found.shown, anew.shown);
      deepStrictEqual(ownFields(found.records), ownFields(anew.records));
    }
    usedFromThenOn(compiled, key, user, stored);
  },
};

const ownFields = (records: readonly { readonly key: string; readonly record: StoredDecision }[]) =>
  records.map((each) => [each.key, inOldFields(each.record)]);

/**
 * What is stored of the first decision gives the same flag the next time, with nothing more to store or to send. With a rollout
 * alone the flag stays on; its experiments are decided anew, and may then take the user, as in VWO's SDK.
 */
function usedFromThenOn(settings: CompiledSettings, key: string, user: DecisionUser, stored: Stored): void {
  const first = decided(settings, key, user, stored);
  const own = first.records.find((each) => each.key === key);
  if (!own) return;
  const then = new Map(stored);
  for (const { key: each, record } of first.records) then.set(each, record);
  const second = decided(settings, key, user, then);
  ok(second.seen.on, 'a flag that was stored is off the next time');
  if (!own.record['experimentId']) return;
  deepStrictEqual(second.seen, first.seen);
  deepStrictEqual([second.records, second.refused], [[], 0]);
}

/** Whether a segment asks whether this very feature is on: a record of a campaign that is gone still says so. */
function asksForItself({ features, campaigns }: RecordCase['settings'], key: string): boolean {
  const id = features.find((each) => each.key === key)?.id;
  return JSON.stringify(campaigns).includes(`"featureId":{"${id}"`);
}
