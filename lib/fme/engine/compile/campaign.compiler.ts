import { VariableSet } from '../model/on-flag.js';
import type { RuleKind } from '../model/compiled-feature.js';
import {
  frozenCopy,
  type Id,
  isId,
  isObject,
  type JsonObject,
  numberOf,
  shown,
  stringOr,
  type VwoVariable,
} from '../../../model/index.js';
import { SettingsPath } from '../model/settings-path.js';
import type { ProblemLog } from '../model/problem-log.js';
import { type BucketRange, ShareLayout } from '../bucketing/bucket-ranges.js';

/** A campaign, read once, whatever number of rules use it. */
export interface Campaign {
  readonly id: Id;
  readonly key: string;
  readonly kind: RuleKind;
  readonly salt: string | undefined;
  /** NaN: nobody gets in. */
  readonly percentTraffic: number;
  readonly userList: boolean;
  /** Users may be forced into variations. */
  readonly forced: boolean;
  readonly segments: unknown;
  readonly variations: readonly BucketedVariation[];
  readonly place: SettingsPath;
}

export interface BucketedVariation extends BucketRange {
  readonly id: Id;
  readonly key: string;
  readonly weight: number;
  readonly salt: string | undefined;
  readonly segments: unknown;
  readonly variables: VariableSet;
  readonly place: SettingsPath;
}

const KINDS: ReadonlyMap<unknown, RuleKind> = new Map([
  ['FLAG_ROLLOUT', 'rollout'],
  ['FLAG_TESTING', 'testing'],
  ['FLAG_PERSONALIZE', 'personalize'],
]);

const ALL = new SettingsPath('campaigns');

const NO_VARIABLES = new VariableSet(Object.freeze([]));

/** Reads campaigns of the settings when a rule asks for them. Of two with one id the later counts, as in the official SDK. */
export class CampaignReader {
  /** As the settings have them, by id. */
  readonly raw = new Map<unknown, JsonObject>();
  private readonly indexes = new Map<unknown, number>();
  private readonly read = new Map<unknown, Campaign | undefined>();

  private constructor(private readonly problems: ProblemLog) {}

  /** Of these settings, in short steps. */
  static *of(settings: JsonObject, problems: ProblemLog): Generator<void, CampaignReader> {
    const reader = new CampaignReader(problems);
    for (const [i, campaign] of problems.list(settings['campaigns'], ALL).entries()) {
      if (!isObject(campaign) || !isId(campaign['id'])) {
        problems.add(ALL.at(i), 'a campaign needs an id');
        continue;
      }
      reader.raw.set(campaign['id'], campaign);
      reader.indexes.set(campaign['id'], i);
      yield;
    }
    return reader;
  }

  /** Undefined when there is none of that id. */
  campaign(id: unknown): Campaign | undefined {
    if (this.read.has(id)) return this.read.get(id);
    const raw = this.raw.get(id);
    const campaign = raw && this.compiled(id as Id, raw, ALL.at(this.indexes.get(id) ?? 0));
    this.read.set(id, campaign);
    return campaign;
  }

  private compiled(id: Id, campaign: JsonObject, place: SettingsPath): Campaign {
    const { type } = campaign;
    const kind = KINDS.get(type) ?? 'other';
    if (kind === 'other') this.problems.add(place.at('type'), `unknown type of campaign: ${shown(type)}`);
    return {
      id,
      key: stringOr(campaign['key'], ''),
      kind,
      salt: saltOf(campaign['salt']),
      percentTraffic: numberOf(campaign['percentTraffic']),
      userList: !!campaign['isUserListEnabled'],
      forced: !!campaign['isForcedVariationEnabled'],
      segments: campaign['segments'],
      variations: this.variations(campaign['variations'], place),
      place,
    };
  }

  private variations(variations: unknown, campaign: SettingsPath): readonly BucketedVariation[] {
    const all = campaign.at('variations');
    const known: BucketedVariation[] = [];
    const layout = new ShareLayout();
    for (const [i, variation] of this.problems.list(variations, all).entries()) {
      const place = all.at(i);
      if (!isObject(variation) || !isId(variation['id'])) {
        this.problems.add(place, 'a variation needs an id');
        continue;
      }
      const weight = numberOf(variation['weight']);
      const { start, end } = layout.next(weight);
      known.push({
        id: variation['id'],
        key: stringOr(variation['key'], '') || stringOr(variation['name'], ''),
        weight,
        salt: saltOf(variation['salt']),
        segments: variation['segments'],
        variables: this.variables(variation['variables'], place),
        start,
        end,
        place,
      });
    }
    return known;
  }

  private variables(variables: unknown, variation: SettingsPath): VariableSet {
    const list = this.problems.list(variables, variation, 'variables');
    if (list.length === 0) return NO_VARIABLES;
    const known: VwoVariable[] = [];
    for (const [i, variable] of list.entries()) {
      if (isObject(variable) && typeof variable['key'] === 'string') known.push(frozenVariable(variable));
      else this.problems.add(variation.at('variables').at(i), 'a variable needs a key');
    }
    return new VariableSet(Object.freeze(known));
  }
}

function frozenVariable({ id, type, key, value }: JsonObject): VwoVariable {
  return Object.freeze({ id, type, key, value: frozenCopy(value) }) as VwoVariable;
}

function saltOf(salt: unknown): string | undefined {
  return isId(salt) && salt ? String(salt) : undefined;
}
