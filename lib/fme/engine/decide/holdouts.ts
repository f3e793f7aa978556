import { type DecisionEvent, type Id, isId, type StoredDecision } from '../../../model/index.js';
import { bucket } from '../bucketing/murmur3.js';
import type { CompiledFeature } from '../model/compiled-feature.js';
import type { CompiledHoldout } from '../model/compiled-holdout.js';
import type { Evaluation } from '../model/evaluation.js';
import { NO_USER_ID, type SegmentTerms } from '../model/segment-terms.js';

/** What the holdout groups of one feature say about a user. */
export interface HoldoutOutcome {
  readonly heldOut: boolean;
  /** It was stored that the user is held out. */
  readonly before: boolean;
  /** The user had the feature before, and is not held out of it any more. */
  readonly settled: boolean;
  /** All groups that the user was ever found in, or not in. */
  readonly inside: readonly Id[];
  readonly outside: readonly Id[];
  /** Of the groups that were looked at now for the first time. */
  readonly events: readonly DecisionEvent[];
}

/** `settled`: the user has the feature already, and stays out of every group that is new. */
export function holdoutsOf(
  evaluation: Evaluation,
  feature: CompiledFeature,
  record: StoredDecision | undefined,
  settled: boolean,
  terms: SegmentTerms = NO_USER_ID,
): HoldoutOutcome {
  const inside = idsOf(record?.['isInHoldoutId'] ?? record?.['holdoutGroupId']);
  const outside = idsOf(record?.['notInHoldoutId']);
  const before = feature.holdouts.some(({ holdout }) => inside.includes(holdout.id));
  const fresh = feature.holdouts.filter(({ holdout }) => !inside.includes(holdout.id) && !outside.includes(holdout.id));
  const events: DecisionEvent[] = [];
  let heldOut = before;
  for (const { holdout, inside: inEvent, outside: outEvent } of fresh) {
    const isIn = (before || !settled) && contains(evaluation, holdout, terms);
    (isIn ? inside : outside).push(holdout.id);
    events.push(isIn ? inEvent : outEvent);
    heldOut ||= isIn;
  }
  return { heldOut, before, settled, inside, outside, events };
}

/** Whether a feature of the same mutually exclusive group is closed to the user. Nothing is sent or stored for it here. */
export function isHeldOut(evaluation: Evaluation, feature: CompiledFeature, terms: SegmentTerms): boolean {
  const record = evaluation.record(feature.key, feature.id, false);
  return holdoutsOf(evaluation, feature, record, false, terms).heldOut;
}

/** Bucketed by the user's id, whatever the bucketing seed. */
function contains(
  evaluation: Evaluation,
  { segment, traffic, percentTraffic }: CompiledHoldout,
  terms: SegmentTerms,
): boolean {
  const isMeant = segment === undefined || segment(evaluation, terms);
  return isMeant && bucket(traffic.hash(evaluation.user.id), 100) <= percentTraffic;
}

function idsOf(value: unknown): Id[] {
  return Array.isArray(value) ? value.filter(isId) : isId(value) ? [value] : [];
}
