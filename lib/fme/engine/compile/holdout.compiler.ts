import type { CompiledHoldout, FeatureHoldout } from '../model/compiled-holdout.js';
import { type DecisionEvent, type Id, isId, isObject, type JsonObject, numberOf } from '../../../model/index.js';
import { inputsOf } from './decision-inputs.js';
import { HashPrefix } from '../bucketing/murmur3.js';
import { SettingsPath } from '../model/settings-path.js';
import type { ProblemLog } from '../model/problem-log.js';
import type { SegmentCompiler } from '../segment/segment.compiler.js';

const INSIDE = 1;
const OUTSIDE = 2;

const NONE: readonly FeatureHoldout[] = Object.freeze([]);

interface ScopedHoldout extends CompiledHoldout {
  readonly isGlobal: boolean;
  readonly featureIds: readonly unknown[];
}

/** The holdout groups of an account (SDK 1.39). */
export class HoldoutCompiler {
  private readonly holdouts: readonly ScopedHoldout[];

  constructor({ holdouts }: JsonObject, accountId: string, segments: SegmentCompiler, problems: ProblemLog) {
    const all = new SettingsPath('holdouts');
    this.holdouts = problems.list(holdouts, all).flatMap((holdout, i) => {
      const place = all.at(i);
      if (!isObject(holdout) || !isId(holdout['id'])) {
        problems.add(place, 'a holdout group needs an id');
        return [];
      }
      const { id, percentTraffic, isGlobal, featureIds } = holdout;
      const segment = holdout['segments'] == null ? undefined : segments.compile(holdout['segments'], place);
      return {
        id,
        segment: segment?.test,
        traffic: new HashPrefix(`${accountId}_${id}_`),
        percentTraffic: numberOf(percentTraffic),
        isGlobal: !!isGlobal,
        featureIds: problems.list(featureIds, place, 'featureIds'),
        inputs: inputsOf(segment ? [{ segment, userList: false, targeting: false }] : []),
      };
    });
  }

  /** Whether any asks the gateway for details: then all features do, as in the official SDK. */
  get details(): boolean {
    return this.holdouts.some(({ inputs }) => inputs.details);
  }

  of(featureId: Id | undefined): readonly FeatureHoldout[] {
    if (this.holdouts.length === 0) return NONE;
    const mine = this.holdouts.filter(({ isGlobal, featureIds }) => isGlobal || featureIds.includes(featureId));
    return mine.map((holdout) => ({
      holdout,
      inside: impression(holdout.id, INSIDE, featureId),
      outside: impression(holdout.id, OUTSIDE, featureId),
    }));
  }
}

function impression(holdoutId: Id, variationId: number, featureId: Id | undefined): DecisionEvent {
  const campaignId = numberOf(holdoutId);
  return Object.freeze({ name: 'vwo_variationShown', campaignId, variationId, featureId: numberOf(featureId) });
}
