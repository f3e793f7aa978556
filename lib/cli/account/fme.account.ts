import { compile, type CompiledFeature, type CompiledRule, parseSettings } from '../../fme/index.js';
import { type Account, type AccountFlag, type AccountRule, byKey, variationsOf } from './account.js';

/** An account of FME, read as it is decided: by the engine's own compiler. Throws `VwoSettingsError`. */
export function fmeAccount(raw: unknown): Account {
  const settings = parseSettings(raw);
  const features = [...compile(settings).features.values()];
  return { product: 'fme', accountId: String(settings.accountId), flags: features.map(flagOf).sort(byKey) };
}

/** Rules of a type that the engine does not know decide nothing, and are left out. */
function flagOf({ key, rules }: CompiledFeature): AccountFlag {
  const deciding = rules.filter(({ kind }) => kind !== 'other');
  const variations = deciding.flatMap((rule) => rule.variations.map(({ flag }) => flag));
  return {
    key,
    kind: 'feature',
    isOn: deciding.some(({ trafficWeight }) => trafficWeight > 0),
    rules: deciding.map(ruleOf),
    ...variationsOf(variations.map((flag) => ({ key: flag.variation?.key ?? '', variables: flag.getVariables() }))),
  };
}

function ruleOf({ kind, ruleKey, campaignKey, trafficWeight, variations }: CompiledRule): AccountRule {
  return {
    kind,
    key: typeof ruleKey === 'string' ? ruleKey : campaignKey,
    percent: trafficWeight || 0,
    variations: variations.map(({ flag, weight }) => ({ key: flag.variation?.key ?? '', weight })),
  };
}
