import { firstEntry, shown } from '../../../model/index.js';
import type { SegmentTest } from '../model/segment.js';
import type { SettingsPath } from '../model/settings-path.js';
import type { SegmentDraft } from './segment-draft.js';

/** `featureId`: `{ 7: 'on' }`: another feature is on, by its stored decision. Undefined when it says neither `on` nor `off`. */
export function featureIdOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest | undefined {
  const entry = firstEntry(operand);
  if (entry === undefined) return undefined;
  const [id, wanted] = entry;
  if (wanted !== 'on' && wanted !== 'off') return undefined;
  const featureId = parseInt(id, 10);
  const key = draft.featureKeysById.get(featureId);
  if (key === undefined) return draft.unknown(place, `no feature has the id ${shown(id)}`);
  draft.features.add(key);
  const on = wanted === 'on';
  return (evaluation) => isStoredAsOn(evaluation.record(key, featureId, false)) === on;
}

/** A feature counts as on when anything is stored for it but that the user is in or out of holdout groups. */
function isStoredAsOn(record: object | undefined): boolean {
  if (record === undefined) return false;
  const decided = 'rolloutKey' in record || 'experimentKey' in record;
  return decided || !('isInHoldoutId' in record || 'notInHoldoutId' in record);
}
