import type { Campaign, CampaignReader, BucketedVariation } from './campaign.compiler.js';
import type { CompiledFeature, CompiledGroup, CompiledRule } from '../model/compiled-feature.js';
import { NO_EVENTS, NO_RECORDS, USAGE } from '../model/decision.constants.js';
import {
  type Decision,
  type DecisionEvent,
  type FlagReason,
  isId,
  isObject,
  type JsonObject,
  numberOf,
  offFlag,
  shown,
} from '../../../model/index.js';
import type { HoldoutCompiler } from './holdout.compiler.js';
import { mergedInputs } from './decision-inputs.js';
import type { SettingsPath } from '../model/settings-path.js';
import { compileRule, type LinkedRule, type RuleCompileContext } from './rule.compiler.js';

export interface FeatureCompileContext extends RuleCompileContext {
  readonly campaigns: CampaignReader;
  readonly holdouts: HoldoutCompiler;
  readonly isMAU: boolean;
}

/** For an impact campaign: 2 is on, 1 is off. */
const IMPACT_ON = 2;
const IMPACT_OFF = 1;

const NO_RULES: readonly CompiledRule[] = Object.freeze([]);
const NO_GROUPS: readonly CompiledGroup[] = Object.freeze([]);

/** Makes one feature ready. */
export function compileFeature(
  key: string,
  raw: JsonObject,
  place: SettingsPath,
  context: FeatureCompileContext,
): CompiledFeature {
  const id = isId(raw['id']) ? raw['id'] : undefined;
  const rules: CompiledRule[] = [];
  for (const [i, rule] of context.problems.list(raw['rules'], place, 'rules').entries()) {
    const linked = link(rule, place, i, context);
    if (linked) rules.push(compileRule(key, linked, context));
  }
  const rollouts = rules.filter(({ kind }) => kind === 'rollout');
  const experiments = rules.filter(({ kind }) => kind === 'testing' || kind === 'personalize');
  const holdouts = context.holdouts.of(id);
  const impact = impactOf(raw['impactCampaign']);
  const inputs = mergedInputs(
    [...rules, ...holdouts.map(({ holdout }) => holdout)].map((each) => each.inputs),
    [key],
  );
  const needsDetails = raw['isGatewayServiceRequired'] === true || context.holdouts.details;
  return Object.freeze({
    key,
    id,
    name: raw['name'],
    rules,
    rollouts: rollouts.length > 0 ? rollouts : NO_RULES,
    experiments: experiments.length > 0 ? experiments : NO_RULES,
    holdouts,
    impact,
    off: offDecisions(key, rules.length > 0, impact ? Object.freeze([impact.off]) : context.isMAU ? USAGE : NO_EVENTS),
    inputs: needsDetails ? { ...inputs, details: true } : inputs,
    groups: experiments.some(({ group }) => group) ? groupsOf(experiments) : NO_GROUPS,
  });
}

function offDecisions(key: string, hasRules: boolean, events: readonly DecisionEvent[]): CompiledFeature['off'] {
  const off = (reason: FlagReason): Decision =>
    Object.freeze({ flag: offFlag(key, reason), records: NO_RECORDS, events, refused: 0 });
  const noRule = off(hasRules ? 'no-rule' : 'disabled');
  return { 'no-rule': noRule, traffic: off('traffic'), group: off('group'), holdout: off('holdout') };
}

/** A rule and its campaign. A rule whose campaign is missing is left out, as the official SDK leaves it out. */
function link(
  rule: unknown,
  feature: SettingsPath,
  i: number,
  { campaigns, problems }: FeatureCompileContext,
): LinkedRule | undefined {
  if (!isObject(rule)) {
    problems.add(feature.at('rules').at(i), `a rule was expected, got ${shown(rule)}`);
    return undefined;
  }
  const campaign = campaigns.campaign(rule['campaignId']);
  if (!campaign) {
    problems.add(feature.at('rules').at(i), `its campaign ${shown(rule['campaignId'])} is not in the settings`);
    return undefined;
  }
  return { campaign, ruleKey: rule['ruleKey'], variations: variationsOf(campaign, rule['variationId']) };
}

function variationsOf({ variations }: Campaign, variationId: unknown): readonly BucketedVariation[] {
  const one = variationId ? variations.find(({ id }) => id === variationId) : undefined;
  return one ? [one] : variations;
}

function impactOf(impactCampaign: unknown): CompiledFeature['impact'] {
  const id = isObject(impactCampaign) ? impactCampaign['campaignId'] : undefined;
  if (!isId(id) || !id) return undefined;
  const shown = (variationId: number): DecisionEvent =>
    Object.freeze({ name: 'vwo_variationShown', campaignId: numberOf(id), variationId });
  return { on: shown(IMPACT_ON), off: shown(IMPACT_OFF) };
}

function groupsOf(rules: readonly CompiledRule[]): readonly CompiledGroup[] {
  return [...new Set(rules.flatMap(({ group }) => group ?? []))];
}
