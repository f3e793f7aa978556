import { firstEntry, isObject, shown } from '../../../model/index.js';
import type { ProblemLog } from '../model/problem-log.js';
import { nobody, type Segment, type SegmentTest } from '../model/segment.js';
import type { SettingsPath } from '../model/settings-path.js';
import { customVariableOperand, userOperand } from './custom-variable.operand.js';
import { isDevice } from './device.operand.js';
import { needsDetails } from './details-needed.js';
import { isLocation } from './location.operand.js';
import { andOperator, orOperator } from './operators.js';
import { SegmentDraft } from './segment-draft.js';
import { addressOperand, userAgentOperand, versionOperand } from './user-agent.operand.js';
import { knowsWebTesting, webTestingOperand } from './web-testing.operand.js';

/** Deeper segments match nobody: VWO's are a handful of levels deep, and the stack has an end. */
const MAX_DEPTH = 200;

/** Makes closures of segment trees. What is unknown is reported, and matches nobody. */
export class SegmentCompiler {
  constructor(
    private readonly problems: ProblemLog,
    private readonly featureKeysById: ReadonlyMap<unknown, string>,
  ) {}

  /** The `segments` at a place. Undefined: they are empty, everybody is in them. */
  compile(dsl: unknown, place: SettingsPath): Segment | undefined {
    if (isObject(dsl) && Object.keys(dsl).length === 0) return undefined;
    const draft = new SegmentDraft(this.problems, this.featureKeysById);
    const tree = compileTree(dsl, place.at('segments'), 0, draft);
    const test = draft.tooDeep ? nobody : tree;
    return {
      test: draft.webTesting ? (evaluation, terms) => knowsWebTesting(evaluation) && test(evaluation, terms) : test,
      features: draft.features,
      lists: draft.lists,
      details: needsDetails(dsl),
    };
  }
}

function compileTree(dsl: unknown, where: SettingsPath, depth: number, draft: SegmentDraft): SegmentTest {
  const entry = firstEntry(dsl);
  if (!entry) return draft.unknown(where, `a segment was expected, got ${shown(dsl)}`);
  if (depth > MAX_DEPTH) {
    draft.tooDeep = true;
    return draft.unknown(where, `segments may be ${MAX_DEPTH} levels deep`);
  }
  const [operator, operand] = entry;
  const place = where.at(operator);
  const inner = (node: unknown, at: SettingsPath): SegmentTest => compileTree(node, at, depth + 1, draft);
  switch (operator) {
    case 'not': {
      const test = inner(operand, place);
      return (evaluation, terms) => !test(evaluation, terms);
    }
    case 'and':
      return Array.isArray(operand) ? andOperator(operand, place, draft, inner) : draft.noList(place, operand);
    case 'or':
      return Array.isArray(operand) ? orOperator(operand, place, draft, inner) : draft.noList(place, operand);
    default:
      return compileOperand(operator, operand, place, draft);
  }
}

function compileOperand(operator: string, operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  switch (operator) {
    case 'custom_variable':
      return customVariableOperand(operand, place, draft);
    case 'user':
      return userOperand(operand, place, draft);
    case 'ua':
      return userAgentOperand(operand, place, draft);
    case 'ip_address':
      return addressOperand(operand, place, draft);
    case 'os_version':
    case 'browser_version':
      return versionOperand(operator, operand, place, draft);
    case 'campaignVariation':
      return webTestingOperand(operand, place, draft);
    default:
      return draft.unknown(place, whatIsWrong(operator));
  }
}

function whatIsWrong(operator: string): string {
  if (operator === 'featureId') return 'belongs into an `or`, and says "on" or "off"';
  if (isDevice(operator)) return 'belongs into an `or` of devices only';
  if (isLocation(operator)) return 'belongs into an `and`';
  return `unknown operand "${operator.slice(0, 60)}"`;
}
