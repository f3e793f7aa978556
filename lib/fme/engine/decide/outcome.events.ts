import type { DecisionEvent } from '../../../model/index.js';
import type { CompiledFeature } from '../model/compiled-feature.js';
import { NO_EVENTS, USAGE } from '../model/decision.constants.js';
import type { EnabledOutcome, Outcome } from './outcome.js';

/** In the order of VWO's SDK: holdout groups, rollout, experiment, impact. `isMAU`: usage, where nothing else tells of the user. */
export function eventsOf(feature: CompiledFeature, outcome: Outcome, isMAU: boolean): readonly DecisionEvent[] {
  const { holdouts } = outcome;
  const usage = isMAU ? USAGE : NO_EVENTS;
  switch (outcome.kind) {
    case 'on':
      return enabledEvents(feature, outcome, usage);
    case 'stored':
      return holdouts ? [...holdouts.events, ...usage] : usage;
    case 'held-out':
      return outcome.holdouts.before ? [...outcome.holdouts.events, ...usage] : outcome.holdouts.events;
    case 'off': {
      const seen = holdouts?.events ?? NO_EVENTS;
      if (feature.impact) return [...seen, feature.impact.off];
      return seen.length > 0 ? seen : usage;
    }
  }
}

/** A stored rollout has no impression. */
function enabledEvents(
  { impact }: CompiledFeature,
  { rollout, keptFrom, experiment, holdouts }: EnabledOutcome,
  usage: readonly DecisionEvent[],
): readonly DecisionEvent[] {
  const passed = keptFrom ? undefined : rollout;
  if (impact || holdouts) {
    const events: DecisionEvent[] = holdouts ? [...holdouts.events] : [];
    if (passed) events.push(passed.shown);
    if (experiment) events.push(experiment.shown);
    if (impact) events.push(impact.on);
    return passed || experiment || impact ? events : [...events, ...usage];
  }
  if (passed && experiment) return [passed.shown, experiment.shown];
  return (experiment ?? passed)?.shownAlone ?? usage;
}
