import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import {
  type CompiledSettings,
  compile,
  compileSteps,
  decide,
  type VwoSettings,
} from '../../../lib/fme/engine/index.js';
import { flagsChanged } from '../../../lib/fme/index.js';
import type { DecisionUser, StoredDecision } from '../../../lib/model/index.js';
import { SettingsReader } from '../../../lib/settings/index.js';
import { ended } from '../../common/ended.js';
import { SeededRandom } from '../../differential/seeded-random.js';
import { type GeneratedSettings, settingsOf } from '../../differential/settings.generator.js';
import { storedOf } from '../../differential/stored.generator.js';
import { userOf } from '../../differential/user.generator.js';
import type { Property } from '../../fuzz/checked-property.js';
import { anyJson, spoiled } from './any-input.properties.js';

/** Settings that come one after the other, as JSON, and whom they decide for. */
interface Successive {
  readonly versions: readonly string[];
  readonly user: DecisionUser;
  readonly stored: ReadonlyMap<string, StoredDecision>;
}

/** What the next version has otherwise: some value, the order, something that is gone, or a part of another account. */
function edited(random: SeededRandom, settings: GeneratedSettings, value: unknown): unknown {
  const { features, campaigns, groups, campaignGroups } = settings;
  const other = settingsOf(random);
  switch (random.int(1, 8)) {
    case 1:
      return { ...settings, features: random.shuffled(features) };
    case 2:
      return { ...settings, features: features.slice(1), campaigns: random.shuffled(campaigns) };
    case 3:
      return { ...settings, features: [...other.features, ...features] };
    case 4:
      return { ...settings, campaigns: [...campaigns, ...other.campaigns] };
    case 5:
      return {
        ...settings,
        groups: { ...groups, ...other.groups },
        campaignGroups: { ...campaignGroups, ...other.campaignGroups },
      };
    case 6:
      return { ...settings, groups, campaignGroups: {} };
    case 7:
      return { ...settings, isMAU: true, holdouts: [{ id: 1, percentTraffic: 50, isGlobal: true }] };
    default:
      return spoiled(settings, random.int(0, 1e6), value);
  }
}

export const successiveSettings: Property<Successive> = {
  drawn: fc.tuple(fc.integer(), anyJson).map(([seed, value]) => {
    const random = new SeededRandom(seed);
    const first = settingsOf(random);
    const second = edited(random, first, value);
    const versions = [first, second, random.chance(0.5) ? first : edited(random, first, value)];
    const user = userOf(random, first.accountId);
    return { versions: versions.map((each) => JSON.stringify(each)), user, stored: storedOf(random, first, user.id) };
  }),
  /** Settings that follow others are what they are alone; a flag that is not told as changed has the same rules. */
  check: ({ versions, user, stored }) => {
    const reader = new SettingsReader();
    let before: CompiledSettings | undefined;
    for (const json of versions) {
      const now = ended(compileSteps(ended(reader.read(Buffer.from(json))) as VwoSettings, before));
      const alone = compile(JSON.parse(json) as VwoSettings);
      deepStrictEqual(shown(now, user, stored), shown(alone, user, stored));
      if (before) flagsChanged(before, now);
      before = now;
    }
  },
};

/** All that can be seen of compiled settings. */
function shown(settings: CompiledSettings, user: DecisionUser, stored: ReadonlyMap<string, StoredDecision>): unknown {
  const { features, sources: _, groups, ...rest } = settings;
  const decided = settings.featureKeys.map((key) => {
    const { flag, ...outcome } = decide(settings, key, user, stored);
    return [{ ...outcome }, flag.isEnabled(), flag.variation, flag.reason, flag.getVariables()];
  });
  const inputs = [...features.values()].map((feature) => [feature.inputs, feature.groups.map((group) => group.inputs)]);
  return { ...rest, groups: groups.keys, decided, inputs };
}
