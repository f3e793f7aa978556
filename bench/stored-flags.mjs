/**
 * The least that this library's requests do, written by hand: five stored records of a user looked up and checked against the
 * settings. No limits, no copies, no counters, nobody else's code to trust.
 */
import { settings } from './account.mjs';
import { decide, prepare } from './hand-written.mjs';
import { KEYS, RETURNING } from './request/answer.mjs';
import { FLAGS } from './request/modes.mjs';

/** Gives `{ visitOf(id), buttonOf(visit, key) }`: what is stored of a user, and what a flag's variable says; `'off'` where nothing valid is stored. */
export function storedFlags() {
  const flags = prepare(settings(FLAGS));
  const stored = new Map(RETURNING.map((id) => [id, recordsOf(flags, id)]));
  return {
    visitOf: (id) => ({ id, records: stored.get(id) }),
    buttonOf({ id, records }, key) {
      const record = records.get(key);
      const known = record.userId === id && record.featureKey === key;
      const range = known && flags.get(key).ranges.find(({ flag }) => flag.variationId === record.variationId);
      return range ? range.flag.variables.button : 'off';
    },
  };
}

function recordsOf(flags, userId) {
  const record = (featureKey) => {
    const { variationId } = decide(flags, featureKey, { id: userId });
    return { featureKey, userId, variationId };
  };
  return new Map(KEYS.map((key) => [key, record(key)]));
}
