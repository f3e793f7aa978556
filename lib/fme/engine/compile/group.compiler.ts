import type { CompiledFeature, CompiledGroup, CompiledRule, GroupMember } from '../model/compiled-feature.js';
import type { CompiledGroups, GroupedCampaign, ListedRule } from '../model/compiled-settings.js';
import type { DecisionInputs } from '../model/decision-inputs.js';
import { type Id, isId, isObject, type JsonObject, numberOf, own } from '../../../model/index.js';
import { mergedInputs, NO_INPUTS } from './decision-inputs.js';
import { HashPrefix } from '../bucketing/murmur3.js';
import { SettingsPath } from '../model/settings-path.js';
import type { ProblemLog } from '../model/problem-log.js';

/** Under which a group's winner is stored, with the group's id. */
const STORED_AS = '_vwo_meta_meg_';

/** 1: equal shares. Whatever else: by priority and weight. */
const RANDOM = 1;

interface GroupDraft extends CompiledGroup {
  readonly campaigns: readonly string[];
  members: readonly GroupMember[];
  inputs: DecisionInputs;
}

/** Finds the group of each campaign while rules are compiled, and the members of each group when all are. */
export class GroupCompiler implements CompiledGroups {
  private readonly drafts = new Map<string, GroupDraft>();
  private readonly groups: JsonObject;
  private readonly campaignGroups: JsonObject;
  private readonly isEmpty: boolean;

  constructor(
    { groups, campaignGroups }: JsonObject,
    private readonly problems: ProblemLog,
  ) {
    this.groups = isObject(groups) ? groups : {};
    this.campaignGroups = isObject(campaignGroups) ? campaignGroups : {};
    this.isEmpty = Object.keys(this.campaignGroups).length === 0;
    for (const id of Object.keys(this.groups)) this.draft(id);
  }

  get keys(): readonly string[] {
    return [...this.drafts.values()].map(({ key }) => key);
  }

  groupOf = ({ id, kind }: GroupedCampaign, first: { readonly id: Id } | undefined): CompiledGroup | undefined => {
    if (this.isEmpty) return undefined;
    const name = kind === 'personalize' ? `${id}_${first?.id}` : String(id);
    const groupId = own(this.campaignGroups, name);
    return isId(groupId) && groupId ? this.draft(String(groupId)) : undefined;
  };

  complete(features: ReadonlyMap<string, CompiledFeature>, listed: ReadonlyMap<unknown, readonly ListedRule[]>): void {
    for (const draft of this.drafts.values()) {
      const names = new Set(draft.campaigns);
      const keys = new Set(draft.campaigns.flatMap((name) => featuresOf(name, listed)));
      draft.members = [...keys].flatMap((key) => {
        const feature = features.get(key);
        return feature ? [{ feature, rules: membersOf(feature, names) }] : [];
      });
      draft.inputs = mergedInputs(draft.members.flatMap(inputsOfMember), [
        draft.key,
        ...draft.members.map(({ feature }) => feature.key),
      ]);
    }
  }

  private draft(id: string): GroupDraft {
    const known = this.drafts.get(id);
    if (known) return known;
    const draft = this.compiled(id, own(this.groups, id));
    this.drafts.set(id, draft);
    return draft;
  }

  private compiled(id: string, group: unknown): GroupDraft {
    const place = new SettingsPath('groups').at(id);
    if (!isObject(group)) this.problems.add(place, 'campaigns are in this group, but it is not in the settings');
    const { campaigns, et, p, wt }: JsonObject = isObject(group) ? group : {};
    return {
      key: `${STORED_AS}${id}`,
      shares: new HashPrefix(`${id}_`),
      random: et === undefined || et === RANDOM,
      priority: this.names(p, place, 'p'),
      weights: new Map(Object.entries(isObject(wt) ? wt : {}).map(([name, weight]) => [name, numberOf(weight)])),
      campaigns: this.names(campaigns, place, 'campaigns'),
      members: [],
      inputs: NO_INPUTS,
    };
  }

  private names(list: unknown, group: SettingsPath, name: string): readonly string[] {
    return this.problems.list(list, group, name).filter(isId).map(String);
  }
}

/** A name is a campaign id, or `<campaign id>_<variation id>`. */
function featuresOf(name: string, listed: ReadonlyMap<unknown, readonly ListedRule[]>): readonly string[] {
  const [campaignId, variationId] = name.split('_').map(Number);
  const rules = listed.get(campaignId) ?? [];
  return rules
    .filter((rule) => variationId === undefined || rule.variationId === variationId)
    .map(({ featureKey }) => featureKey);
}

/** The rules of a feature that are in a group, one for each rule key. */
function membersOf(feature: CompiledFeature, names: ReadonlySet<string>): readonly CompiledRule[] {
  const byKey = new Map<unknown, CompiledRule>();
  for (const rule of feature.rules) {
    const isIn = names.has(String(rule.campaignId)) || names.has(`${rule.campaignId}_${rule.firstId}`);
    if (isIn && !byKey.has(rule.ruleKey)) byKey.set(rule.ruleKey, rule);
  }
  return [...byKey.values()];
}

function inputsOfMember({ feature, rules }: GroupMember): readonly DecisionInputs[] {
  return [...feature.rollouts, ...rules, ...feature.holdouts.map(({ holdout }) => holdout)].map(({ inputs }) => inputs);
}
