import type { VwoAccount, VwoEvaluation } from '../common/index.js';
import { evaluationAttributes } from './evaluation.attributes.js';
import { heard } from './heard.js';
import type { EventLogger } from './telemetry.options.js';

/**
 * One event for each first read of a flag in a visit, as OpenTelemetry's conventions for feature flags say: a log record with a name. It
 * belongs to the span that is active then. The answer ends it.
 */
export function emitEvaluations(
  logger: EventLogger,
  account: VwoAccount,
  contextId: (evaluation: VwoEvaluation) => string | undefined,
): () => void {
  return heard('nestjs-vwo:evaluation', account, (evaluation) =>
    logger.emit({
      eventName: 'feature_flag.evaluation',
      attributes: evaluationAttributes(evaluation, contextId(evaluation)),
    }),
  );
}
