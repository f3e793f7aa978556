import { firstEntry, isObject, type JsonObject } from '../../../model/index.js';
import { everybody, nobody, type SegmentTest } from '../model/segment.js';
import type { SettingsPath } from '../model/settings-path.js';
import { deviceTest, deviceValues, isDevice } from './device.operand.js';
import { featureIdOperand } from './feature-id.operand.js';
import { locationKinds, locationTest } from './location.operand.js';
import type { SegmentDraft } from './segment-draft.js';

/** Compiles the nodes below it, each by `inner`, to one test. */
type Operator = (
  nodes: readonly unknown[],
  where: SettingsPath,
  draft: SegmentDraft,
  inner: (node: unknown, place: SettingsPath) => SegmentTest,
) => SegmentTest;

/**
 * `and`. Locations in it are gathered, and looked at only when there are as many kinds of them as nodes: among other
 * operands they are passed over, as in VWO's SDK.
 */
export const andOperator: Operator = (nodes, where, draft, inner) => {
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
};

/**
 * `or`. Devices in it are gathered, and looked at once there are as many as nodes; `featureId` settles the whole list.
 * Both as in VWO's SDK.
 */
export const orOperator: Operator = (nodes, where, draft, inner) => {
  const tests: SegmentTest[] = [];
  const devices = new Map<string, string[]>();
  let count = 0;
  for (const [i, node] of nodes.entries()) {
    for (const [key, value] of isObject(node) ? Object.entries(node) : []) {
      if (isDevice(key)) {
        const values = devices.get(key) ?? [];
        for (const each of deviceValues(value)) values.push(each); // copied each time, many would take their square
        devices.set(key, values);
        count += 1;
      }
      const settled = key === 'featureId' ? featureIdOperand(value, where.at(i).at(key), draft) : undefined;
      if (settled) return any([...tests, settled]);
    }
    if (count === nodes.length) return any([...tests, device(devices, where, draft)]);
    const isGathered = isDevice(firstEntry(node)?.[0]);
    tests.push(isGathered ? nobody : inner(node, where.at(i)));
  }
  if (count > 0) draft.report(where, 'a device among other operands matches nobody');
  return any(tests);
};

function device(wanted: ReadonlyMap<string, readonly string[]>, where: SettingsPath, draft: SegmentDraft): SegmentTest {
  try {
    return deviceTest(wanted);
  } catch {
    return draft.unknown(where, 'a wildcard that makes no pattern');
  }
}

function all(tests: readonly SegmentTest[]): SegmentTest {
  return joined(
    tests,
    everybody,
    (one, other) => (evaluation, terms) => one(evaluation, terms) && other(evaluation, terms),
  );
}

function any(tests: readonly SegmentTest[]): SegmentTest {
  return joined(
    tests,
    nobody,
    (one, other) => (evaluation, terms) => one(evaluation, terms) || other(evaluation, terms),
  );
}

/** Many tests as one, in their order. In halves: a list of thousands must not fill the stack. */
function joined(
  tests: readonly SegmentTest[],
  ofNone: SegmentTest,
  join: (one: SegmentTest, other: SegmentTest) => SegmentTest,
): SegmentTest {
  const [first] = tests;
  if (!first) return ofNone;
  if (tests.length === 1) return first;
  const middle = Math.ceil(tests.length / 2);
  return join(joined(tests.slice(0, middle), ofNone, join), joined(tests.slice(middle), ofNone, join));
}
