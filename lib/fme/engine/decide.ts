import { type DecidedFlag, type Decision, type DecisionUser, offFlag, type StoredRecords } from '../../model/index.js';
import { noticeOf } from './decide/decision-notice.js';
import { type Outcome, outcomeOf } from './decide/outcome.js';
import { eventsOf } from './decide/outcome.events.js';
import { recordsOf } from './decide/outcome.records.js';
import type { CompiledFeature } from './model/compiled-feature.js';
import type { CompiledSettings } from './model/compiled-settings.js';
import { NO_EVENTS, NO_RECORDS, USAGE } from './model/decision.constants.js';
import { Evaluation } from './model/evaluation.js';

/**
 * Decides one flag for one user. Pure and synchronous; never throws.
 * @param tells whether the decision has a `notice` for `integrations.callback`
 */
export function decide(
  settings: CompiledSettings,
  key: string,
  user: DecisionUser,
  stored: StoredRecords,
  tells = false,
): Decision {
  const feature = settings.features.get(key);
  const isKnown = typeof user.id === 'string' && user.id !== '';
  const decision =
    feature === undefined || !isKnown
      ? undecided(offFlag(key, feature === undefined ? 'unknown' : 'nobody'), settings)
      : decideFeature(settings, feature, new Evaluation(user, stored), tells);
  return settings.devMode && user.isDevMode === true ? { ...decision, events: NO_EVENTS } : decision;
}

function undecided(flag: DecidedFlag, { isMAU }: CompiledSettings): Decision {
  return { flag, records: NO_RECORDS, events: isMAU ? USAGE : NO_EVENTS, refused: 0 };
}

/** What the user gets first, then what follows from it. */
function decideFeature(
  settings: CompiledSettings,
  feature: CompiledFeature,
  evaluation: Evaluation,
  tells: boolean,
): Decision {
  const outcome = outcomeOf(evaluation, feature);
  const decision = decisionOf(settings, feature, evaluation, outcome);
  return tells ? { ...decision, notice: noticeOf(evaluation, feature, outcome) } : decision;
}

function decisionOf(
  { isMAU }: CompiledSettings,
  feature: CompiledFeature,
  evaluation: Evaluation,
  outcome: Outcome,
): Decision {
  if (outcome.kind === 'off' && isAll(outcome, evaluation)) return feature.off[outcome.reason];
  return {
    flag: outcome.flag,
    records: recordsOf(evaluation, feature, outcome),
    events: eventsOf(feature, outcome, isMAU),
    refused: evaluation.refused,
  };
}

/** Off, with nothing to store or to count besides. */
function isAll({ holdouts }: Outcome, { groups, refused }: Evaluation): boolean {
  return holdouts === undefined && refused === 0 && (groups === undefined || groups.records.length === 0);
}
