import type { CompiledVariation, CompiledFeature } from './model/compiled-feature.js';
import type { CompiledSettings } from './model/compiled-settings.js';
import { NO_EVENTS, NO_RECORDS, USAGE } from './model/decision.constants.js';
import type { Decision, DecisionEvent, NewRecord } from '../../model/index.js';
import { Evaluation } from './model/evaluation.js';
import { passedExperiment } from './decide/experiment.decision.js';
import { offFlag } from '../../model/index.js';
import { type HoldoutOutcome, holdoutsOf } from './decide/holdouts.js';
import { enabledRecord, heldOutRecord, recordWithHoldouts } from './decide/new-record.js';
import { passedRollout } from './decide/rollout.decision.js';
import type { StoredDecision, StoredRecords } from '../../model/index.js';
import { storedExperiment, storedRollout } from './decide/stored-outcome.js';
import type { DecisionUser } from '../../model/index.js';

/** Decides one flag for one user. Pure and synchronous; never throws. */
export function decide(settings: CompiledSettings, key: string, user: DecisionUser, stored: StoredRecords): Decision {
  const feature = settings.features.get(key);
  const decision =
    feature === undefined || typeof user.id !== 'string' || user.id === ''
      ? nothingKnown(settings, key)
      : decideFeature(settings, feature, user, stored);
  return settings.devMode && user.isDevMode === true ? { ...decision, events: NO_EVENTS } : decision;
}

function nothingKnown(settings: CompiledSettings, key: string): Decision {
  const flag = offFlag(key, settings.has(key) ? 'nobody' : 'unknown');
  return { flag, records: NO_RECORDS, events: settings.isMAU ? USAGE : NO_EVENTS, refused: 0 };
}

/** The way of VWO.md, section 3: what is stored, holdout groups, rollouts, experiments. */
function decideFeature(
  settings: CompiledSettings,
  feature: CompiledFeature,
  user: DecisionUser,
  stored: StoredRecords,
): Decision {
  const evaluation = new Evaluation(user, stored);
  const record = evaluation.record(feature.key, feature.id, true);
  const kept = record && storedExperiment(evaluation, feature, record);
  const keptRollout = record && storedRollout(feature, record);
  const holdouts =
    feature.holdouts.length > 0 ? holdoutsOf(evaluation, feature, record, !!(kept || keptRollout)) : undefined;
  if (holdouts?.heldOut) return heldOut(settings, feature, evaluation, record, holdouts);
  if (kept) return stays(settings, feature, evaluation, record, kept, holdouts);

  const rollout = keptRollout ?? passedRollout(evaluation, feature);
  if (!rollout && feature.rollouts.length > 0) return off(settings, feature, evaluation, record, holdouts);
  const experiment = passedExperiment(evaluation, feature);
  const choice = experiment ?? rollout;
  if (!choice) return off(settings, feature, evaluation, record, holdouts);
  const next = enabledRecord(evaluation, feature, record, rollout, experiment, holdouts, !!keptRollout);
  return {
    flag: choice === keptRollout ? choice.storedFlag : choice.flag,
    records: recordsOf(evaluation, feature, next),
    events: eventsOf(settings, feature, keptRollout ? undefined : rollout, experiment, holdouts),
    refused: evaluation.refused,
  };
}

/** A stored experiment: no impression, no segment, no storage, whatever else has changed. */
function stays(
  settings: CompiledSettings,
  feature: CompiledFeature,
  evaluation: Evaluation,
  record: StoredDecision | undefined,
  kept: CompiledVariation,
  holdouts: HoldoutOutcome | undefined,
): Decision {
  const usage = settings.isMAU ? USAGE : NO_EVENTS;
  return {
    flag: kept.storedFlag,
    records: recordsOf(evaluation, feature, recordWithHoldouts(evaluation, feature, record, holdouts)),
    events: holdouts ? [...holdouts.events, ...usage] : usage,
    refused: evaluation.refused,
  };
}

function off(
  settings: CompiledSettings,
  feature: CompiledFeature,
  evaluation: Evaluation,
  record: StoredDecision | undefined,
  holdouts: HoldoutOutcome | undefined,
): Decision {
  if (!holdouts && !evaluation.groupRecords && evaluation.refused === 0) return feature.off;
  const { impact } = feature;
  const seen = holdouts ? holdouts.events : NO_EVENTS;
  const usage = settings.isMAU && seen.length === 0 && !impact ? USAGE : NO_EVENTS;
  return {
    flag: feature.off.flag,
    records: recordsOf(evaluation, feature, recordWithHoldouts(evaluation, feature, record, holdouts)),
    events: impact ? [...seen, impact.off] : [...seen, ...usage],
    refused: evaluation.refused,
  };
}

/** Kept out by a holdout group, now or before. */
function heldOut(
  settings: CompiledSettings,
  feature: CompiledFeature,
  evaluation: Evaluation,
  record: StoredDecision | undefined,
  holdouts: HoldoutOutcome,
): Decision {
  const usage = settings.isMAU && holdouts.before ? USAGE : NO_EVENTS;
  return {
    flag: feature.off.flag,
    records: recordsOf(evaluation, feature, heldOutRecord(evaluation, feature, record, holdouts)),
    events: [...holdouts.events, ...usage],
    refused: evaluation.refused,
  };
}

function recordsOf(
  { groupRecords }: Evaluation,
  feature: CompiledFeature,
  record: StoredDecision | undefined,
): readonly NewRecord[] {
  if (record === undefined) return groupRecords ?? NO_RECORDS;
  const own = { key: feature.key, record };
  return groupRecords ? [...groupRecords, own] : [own];
}

/** In the order of the official SDK: holdout groups, rollout, experiment, impact. */
function eventsOf(
  settings: CompiledSettings,
  { impact }: CompiledFeature,
  rollout: CompiledVariation | undefined,
  experiment: CompiledVariation | undefined,
  holdouts: HoldoutOutcome | undefined,
): readonly DecisionEvent[] {
  if (impact || holdouts) {
    const events: DecisionEvent[] = holdouts ? [...holdouts.events] : [];
    if (rollout) events.push(rollout.shown);
    if (experiment) events.push(experiment.shown);
    if (impact) events.push(impact.on);
    const shown = events.length > 0 && (rollout || experiment || impact || !holdouts?.settled);
    return settings.isMAU && !shown ? [...events, ...USAGE] : events;
  }
  if (rollout && experiment) return [rollout.shown, experiment.shown];
  const one = experiment ?? rollout;
  return one ? one.shownAlone : settings.isMAU ? USAGE : NO_EVENTS;
}
