import type { Visit } from '../client/index.js';

/** Stands between a feature key and the name of one of its variables. */
const SEPARATOR = '.';

/** What an OpenFeature flag key names: a feature, or one variable of it. */
export interface FlagAddress {
  readonly feature: string;
  readonly variable?: string;
}

/** The features that a flag key may mean: itself, and what is before each of its dots, the longest first. */
export function featuresIn(flagKey: string): readonly string[] {
  const features = [flagKey];
  for (let at = flagKey.lastIndexOf(SEPARATOR); at > 0; at = flagKey.lastIndexOf(SEPARATOR, at - 1)) {
    if (at < flagKey.length - 1) features.push(flagKey.slice(0, at));
  }
  return features;
}

/** The longest feature that there is goes first: its key may have dots, too. Where there is none, the key as it is. */
export function addressOf(visit: Visit, flagKey: string): FlagAddress {
  const feature = featuresIn(flagKey).find((key) => visit.has?.(key) === true) ?? flagKey;
  if (feature === flagKey) return { feature };
  return { feature, variable: flagKey.slice(feature.length + SEPARATOR.length) };
}
