import { VariableSet } from './decided-flag.js';
import type { RuleKind } from './compiled-feature.js';
import type { FlagVariable } from './flag.js';
import { frozenCopy } from './frozen-copy.js';
import { type Id, isId, isObject, type JsonObject, numberOf, shape, stringOr } from './lenient.js';
import type { ProblemLog } from './problem-log.js';
import { type Share, sharesOf } from './shares.js';

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
  readonly variations: readonly Variation[];
  /** E.g. `campaigns[3]`. */
  readonly where: string;
}

export interface Variation extends Share {
  readonly id: Id;
  readonly key: string;
  readonly weight: number;
  readonly salt: string | undefined;
  readonly segments: unknown;
  readonly variables: VariableSet;
  readonly where: string;
}

const KINDS: ReadonlyMap<unknown, RuleKind> = new Map([
  ['FLAG_ROLLOUT', 'rollout'],
  ['FLAG_TESTING', 'testing'],
  ['FLAG_PERSONALIZE', 'personalize'],
]);

/** Reads campaigns of the settings when a rule asks for them. Of two with one id the later counts, as in the official SDK. */
export class CampaignReader {
  private readonly raw = new Map<unknown, { readonly campaign: JsonObject; readonly where: string }>();
  private readonly read = new Map<unknown, Campaign | undefined>();

  constructor(
    campaigns: unknown,
    private readonly problems: ProblemLog,
  ) {
    for (const [i, campaign] of problems.list(campaigns, 'campaigns').entries()) {
      const where = `campaigns[${i}]`;
      if (isObject(campaign) && isId(campaign['id'])) this.raw.set(campaign['id'], { campaign, where });
      else problems.add(where, 'a campaign needs an id');
    }
  }

  /** Undefined when there is none of that id. */
  campaign(id: unknown): Campaign | undefined {
    if (this.read.has(id)) return this.read.get(id);
    const found = this.raw.get(id);
    const campaign = found && this.compiled(id as Id, found.campaign, found.where);
    this.read.set(id, campaign);
    return campaign;
  }

  private compiled(id: Id, campaign: JsonObject, where: string): Campaign {
    const { type, salt, percentTraffic, isUserListEnabled, isForcedVariationEnabled, segments } = campaign;
    const kind = KINDS.get(type) ?? 'other';
    if (kind === 'other') this.problems.add(`${where}.type`, `unknown type of campaign: ${shape(type)}`);
    return {
      id,
      key: stringOr(campaign['key'], ''),
      kind,
      salt: saltOf(salt),
      percentTraffic: numberOf(percentTraffic),
      userList: !!isUserListEnabled,
      forced: !!isForcedVariationEnabled,
      segments,
      variations: this.variations(campaign['variations'], `${where}.variations`),
      where,
    };
  }

  private variations(variations: unknown, where: string): readonly Variation[] {
    const known = this.problems.list(variations, where).flatMap((variation, i) => {
      if (isObject(variation) && isId(variation['id'])) return [{ variation, where: `${where}[${i}]` }];
      this.problems.add(`${where}[${i}]`, 'a variation needs an id');
      return [];
    });
    const shares = sharesOf(known.map(({ variation }) => numberOf(variation['weight'])));
    return known.map(({ variation, where: place }, i) => ({
      id: variation['id'] as Id,
      key: stringOr(variation['key'], '') || stringOr(variation['name'], ''),
      weight: numberOf(variation['weight']),
      salt: saltOf(variation['salt']),
      segments: variation['segments'],
      variables: new VariableSet(this.variables(variation['variables'], `${place}.variables`)),
      start: shares[i]?.start ?? -1,
      end: shares[i]?.end ?? -1,
      where: place,
    }));
  }

  private variables(variables: unknown, where: string): readonly FlagVariable[] {
    const known = this.problems.list(variables, where).filter((variable, i) => {
      if (isObject(variable) && typeof variable['key'] === 'string') return true;
      this.problems.add(`${where}[${i}]`, 'a variable needs a key');
      return false;
    }) as JsonObject[];
    const frozen = known.map(({ id, type, key, value }) => Object.freeze({ id, type, key, value: frozenCopy(value) }));
    return Object.freeze(frozen) as readonly FlagVariable[];
  }
}

function saltOf(salt: unknown): string | undefined {
  return isId(salt) && salt ? String(salt) : undefined;
}
