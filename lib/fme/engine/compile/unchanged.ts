import { isId, isObject, type JsonObject } from '../../../model/index.js';
import type { CompiledFeature } from '../model/compiled-feature.js';
import type { CompiledGroups, CompiledSettings, SettingsSources } from '../model/compiled-settings.js';
import { campaignOf, campaignsIn, rulesOf } from './listed.js';

/** Where in the settings something is. */
const HOLDOUTS = /^holdouts\b/;
const GROUPS = /^(groups|campaignGroups)\b/;

/**
 * What settings have in common with those that were compiled before. A feature stays as it was compiled where it and its campaigns
 * are the same objects as then, and all else that it depends on is the same too.
 */
export class UnchangedFeatures {
  /** As they were compiled before, where all mutually exclusive groups and all features in them are unchanged. */
  readonly groups: CompiledGroups | undefined;
  /** The names of campaigns that are in groups, now or before. */
  private readonly grouped: ReadonlySet<string>;
  /** Keys of features, and campaigns, of which something was not understood: that is to be reported again. */
  private readonly faulty: ReadonlySet<unknown>;
  private readonly isComparable: boolean;

  constructor(
    private readonly before: CompiledSettings | undefined,
    private readonly now: SettingsSources,
  ) {
    this.isComparable =
      before !== undefined &&
      areSame(before.sources, now, ['accountId', 'isMAU', 'holdouts']) &&
      !hasProblem(before, HOLDOUTS); // they may look at a feature that was not there
    this.faulty = before ? faultyIn(before) : new Set();
    this.grouped = new Set([...(before ? groupedNames(before.sources) : []), ...groupedNames(now)]);
    this.groups = before && this.areSameGroups(before) ? before.groups : undefined;
  }

  /** As it was compiled before; undefined where it is to be compiled. */
  feature(key: string, feature: JsonObject): CompiledFeature | undefined {
    const compiled = this.own(key, feature);
    return compiled && (this.groups !== undefined || !this.isGrouped(feature)) ? compiled : undefined;
  }

  private areSameGroups(before: CompiledSettings): boolean {
    const { sources } = before;
    if (!this.isComparable || !areSame(sources, this.now, ['groups', 'campaignGroups'])) return false;
    if (hasProblem(before, GROUPS)) return false;
    if (this.grouped.size === 0) return true;
    const [then, now] = [sources, this.now].map(({ features }) =>
      [...features].filter(([, each]) => this.isGrouped(each)),
    );
    return (
      then?.length === now?.length &&
      !!now?.every(([key, feature], i) => then?.[i]?.[0] === key && this.own(key, feature) !== undefined)
    );
  }

  /** As compiled before, its groups not looked at. */
  private own(key: string, feature: JsonObject): CompiledFeature | undefined {
    const { before, now, faulty } = this;
    if (!this.isComparable || before?.sources.features.get(key) !== feature || faulty.has(key)) return undefined;
    const compiled = before.features.get(key);
    if (compiled === undefined || compiled.inputs.records.length > 1) return undefined; // its segments look at other features
    if (now.keysById.get(feature['id']) !== before.sources.keysById.get(feature['id'])) return undefined; // or at itself
    const areSame = rulesOf(feature).every(({ campaignId }) => {
      const campaign = now.campaigns.get(campaignId);
      return campaign === before.sources.campaigns.get(campaignId) && !faulty.has(campaign);
    });
    return areSame ? compiled : undefined;
  }

  private isGrouped(feature: JsonObject): boolean {
    return (
      this.grouped.size > 0 && rulesOf(feature).some(({ campaignId: id }) => isId(id) && this.grouped.has(String(id)))
    );
  }
}

function hasProblem({ problems }: CompiledSettings, place: RegExp): boolean {
  return problems.some(({ where }) => place.test(where));
}

function areSame(before: SettingsSources, now: SettingsSources, names: readonly (keyof SettingsSources)[]): boolean {
  try {
    return names.every((name) => before[name] === now[name] || written(before[name]) === written(now[name]));
  } catch {
    return false; // too deep to be written
  }
}

/** As JSON, in which numbers that have no JSON (`1e400`) are told from null. */
function written(value: unknown): string {
  const told = (_: string, each: unknown): unknown => (each === Infinity || each === -Infinity ? `${each}` : each);
  return JSON.stringify(value, told);
}

function groupedNames({ groups, campaignGroups }: SettingsSources): readonly string[] {
  const named = Object.keys(isObject(campaignGroups) ? campaignGroups : {});
  return [...named.flatMap(campaignOf), ...Object.values(isObject(groups) ? groups : {}).flatMap(campaignsIn)];
}

function faultyIn({ problems, sources }: CompiledSettings): ReadonlySet<unknown> {
  const faulty = new Set<unknown>();
  for (const { featureKey, where } of problems) {
    const [, index] = /^campaigns\[(\d+)\]/.exec(where) ?? [];
    if (index !== undefined) faulty.add(sources.listedCampaigns[Number(index)]);
    if (featureKey !== undefined) faulty.add(featureKey);
  }
  return faulty;
}
