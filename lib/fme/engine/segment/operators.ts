import { isObject, type JsonObject } from '../../../model/index.js';
import { nobody, type SegmentTest } from '../model/segment.js';
import type { SettingsPath } from '../model/settings-path.js';
import { deviceTest, deviceValues, isDevice } from './device.operand.js';
import { featureIdOperand } from './feature-id.operand.js';
import { locationKinds, locationTest } from './location.operand.js';
import type { SegmentDraft } from './segment-draft.js';

/** Compiles a node inside an operator. */
type InnerCompiler = (node: unknown, place: SettingsPath) => SegmentTest;

/**
 * `and`. Locations in it are gathered, and looked at only when there are as many kinds of them as nodes: among other
 * operands they are passed over, as in VWO's SDK.
 */
export function andOperator(
  nodes: readonly unknown[],
  where: SettingsPath,
  draft: SegmentDraft,
  inner: InnerCompiler,
): SegmentTest {
  const tests: SegmentTest[] = [];
  const location = new Map<string, unknown>();
  for (const [i, node] of nodes.entries()) {
    const kinds = locationKinds(node);
    if (kinds.length === 0) {
      tests.push(inner(node, where.at(i)));
      continue;
    }
    for (const kind of kinds) location.set(kind, (node as JsonObject)[kind]);
    if (location.size === nodes.length) return all([...tests, locationTest(location)]);
  }
  if (location.size > 0) draft.report(where, 'a location among other operands is passed over');
  return all(tests);
}

/**
 * `or`. Devices in it are gathered, and looked at once there are as many as nodes; `featureId` settles the whole list.
 * Both as in VWO's SDK.
 */
export function orOperator(
  nodes: readonly unknown[],
  where: SettingsPath,
  draft: SegmentDraft,
  inner: InnerCompiler,
): SegmentTest {
  const tests: SegmentTest[] = [];
  const devices = new Map<string, readonly string[]>();
  let count = 0;
  for (const [i, node] of nodes.entries()) {
    for (const [key, value] of isObject(node) ? Object.entries(node) : []) {
      if (isDevice(key)) {
        devices.set(key, [...(devices.get(key) ?? []), ...deviceValues(value)]);
        count += 1;
      }
      const settled = key === 'featureId' ? featureIdOperand(value, where.at(i).at(key), draft) : undefined;
      if (settled) return any([...tests, settled]);
    }
    if (count === nodes.length) return any([...tests, device(devices, where, draft)]);
    const isGathered = isObject(node) && isDevice(Object.keys(node)[0] ?? '');
    tests.push(isGathered ? nobody : inner(node, where.at(i)));
  }
  if (count > 0) draft.report(where, 'a device among other operands matches nobody');
  return any(tests);
}

function device(wanted: ReadonlyMap<string, readonly string[]>, where: SettingsPath, draft: SegmentDraft): SegmentTest {
  try {
    return deviceTest(wanted);
  } catch {
    return draft.unknown(where, 'a wildcard that makes no pattern');
  }
}

function all(tests: readonly SegmentTest[]): SegmentTest {
  const [first, second] = tests;
  if (first && tests.length === 1) return first;
  if (first && second && tests.length === 2) {
    return (evaluation, terms) => first(evaluation, terms) && second(evaluation, terms);
  }
  return (evaluation, terms) => tests.every((test) => test(evaluation, terms));
}

function any(tests: readonly SegmentTest[]): SegmentTest {
  const [first, second] = tests;
  if (first && tests.length === 1) return first;
  if (first && second && tests.length === 2) {
    return (evaluation, terms) => first(evaluation, terms) || second(evaluation, terms);
  }
  return (evaluation, terms) => tests.some((test) => test(evaluation, terms));
}
