import { listOf, listTest, text, userTest, variableTest } from './custom-variable.operand.js';
import { deviceTest, foundVersion, locationTest } from './gateway.operands.js';
import { firstEntry, isObject, type JsonObject, shape } from '../../../model/index.js';
import type { SettingsPath } from '../compile/settings-path.js';
import type { ProblemLog } from '../compile/problem-log.js';
import { type ListQuestion, nobody, type Segment, type SegmentTest } from '../model/segment.js';
import { brokenRegex, numericTest, textTest, type ValueForm, valueForm, type ValueTest } from './value-form.js';
import { knowsWebTesting, webTestingTest } from './web-testing.operand.js';

const LOCATION = ['country', 'region', 'city'] as const;
const DEVICE: ReadonlySet<string> = new Set(['os', 'browser_string', 'device_type', 'device']);

/** Deeper segments match nobody: VWO's are a handful of levels deep, and the stack has an end. */
const MAX_DEPTH = 200;

/** How the official SDK finds out that a segment needs the gateway's details: by these words, wherever they are. */
const DETAILS = /\b(country|region|city|os|device_type|browser_string|ua|browser_version|os_version)\b/;
const IN_LIST = /"custom_variable"\s*:\s*{[^}]*inlist\([^)]*\)/;

/** Makes closures of segment trees, each tree once. What is unknown is reported, and matches nobody. */
export class SegmentCompiler {
  private readonly done = new Map<unknown, Segment>();
  private features = new Set<string>();
  private lists: ListQuestion[] = [];
  private webTesting = false;
  private tooDeep = false;

  constructor(
    private readonly problems: ProblemLog,
    private readonly featureKeysById: ReadonlyMap<unknown, string>,
  ) {}

  /** The `segments` at a place. Undefined: they are empty, everybody is in them. */
  compile(dsl: unknown, place: SettingsPath): Segment | undefined {
    if (isObject(dsl) && Object.keys(dsl).length === 0) return undefined;
    const known = this.done.get(dsl);
    if (known) return known;
    this.features = new Set();
    this.lists = [];
    this.webTesting = false;
    this.tooDeep = false;
    const tree = this.tree(dsl, place.at('segments'), 0);
    const test = this.tooDeep ? nobody : tree;
    const segment: Segment = {
      test: this.webTesting ? (evaluation) => knowsWebTesting(evaluation) && test(evaluation) : test,
      features: this.features,
      lists: this.lists,
      details: needsDetails(dsl),
    };
    if (isObject(dsl)) this.done.set(dsl, segment);
    return segment;
  }

  private tree(dsl: unknown, where: SettingsPath, depth: number): SegmentTest {
    const entry = firstEntry(dsl);
    if (!entry) return this.unknown(where, `a segment was expected, got ${shape(dsl)}`);
    if (depth > MAX_DEPTH) {
      this.tooDeep = true;
      return this.unknown(where, `segments may be ${MAX_DEPTH} levels deep`);
    }
    const [operator, operand] = entry;
    const place = where.at(operator);
    switch (operator) {
      case 'not': {
        const inner = this.tree(operand, place, depth + 1);
        return (evaluation) => !inner(evaluation);
      }
      case 'and':
        return Array.isArray(operand) ? this.every(operand, place, depth) : this.noList(place, operand);
      case 'or':
        return Array.isArray(operand) ? this.some(operand, place, depth) : this.noList(place, operand);
      default:
        return this.leaf(operator, operand, place);
    }
  }

  private leaf(operator: string, operand: unknown, place: SettingsPath): SegmentTest {
    switch (operator) {
      case 'custom_variable':
        return this.customVariable(operand, place);
      case 'user':
        return typeof operand === 'string' ? userTest(operand) : this.noText(place, operand);
      case 'ua':
        return this.userAgent(operand, place);
      case 'ip_address': {
        const test = this.textTest(operand, place);
        return ({ user }) => !!user.ipAddress && test(text(user.ipAddress) ?? '');
      }
      case 'os_version':
      case 'browser_version': {
        const test = this.textTest(operand, place);
        return ({ user }) => {
          const version = foundVersion(user.gateway?.userAgent, operator);
          return version !== undefined && test(version);
        };
      }
      case 'campaignVariation': {
        this.webTesting = true;
        return webTestingTest(operand) ?? this.unknown(place, `no web testing campaign: ${shape(operand)}`);
      }
      default:
        return this.misplaced(operator, place);
    }
  }

  /**
   * `and`. Locations in it are gathered, and looked at only when there are as many kinds of them as nodes: among other
   * operands they are passed over, as in the official SDK.
   */
  private every(nodes: readonly unknown[], where: SettingsPath, depth: number): SegmentTest {
    const tests: SegmentTest[] = [];
    let location: Map<string, unknown> | undefined;
    for (const [i, node] of nodes.entries()) {
      const place = where.at(i);
      const kinds = isObject(node) ? LOCATION.filter((kind) => Object.hasOwn(node, kind)) : [];
      if (kinds.length === 0) {
        tests.push(this.tree(node, place, depth + 1));
        continue;
      }
      location ??= new Map();
      for (const kind of kinds) location.set(kind, (node as JsonObject)[kind]);
      if (location.size === nodes.length) {
        tests.push(locationTest(location));
        return all(tests);
      }
    }
    if (location) this.problems.add(where, 'a location among other operands is passed over');
    return all(tests);
  }

  /**
   * `or`. Devices in it are gathered, and looked at once there are as many as nodes; `featureId` settles the whole list.
   * Both as in the official SDK.
   */
  private some(nodes: readonly unknown[], where: SettingsPath, depth: number): SegmentTest {
    const tests: SegmentTest[] = [];
    let devices: Map<string, string[]> | undefined;
    let count = 0;
    for (const [i, node] of nodes.entries()) {
      const place = where.at(i);
      for (const [key, value] of isObject(node) ? Object.entries(node) : []) {
        if (DEVICE.has(key)) {
          devices ??= new Map();
          devices.set(key, [...(devices.get(key) ?? []), ...texts(value)]);
          count += 1;
        }
        const settled = key === 'featureId' ? this.featureTest(value, place.at('featureId')) : undefined;
        if (settled) return any([...tests, settled]);
      }
      if (devices && count === nodes.length) return any([...tests, this.device(devices, where)]);
      const isDevice = isObject(node) && DEVICE.has(Object.keys(node)[0] ?? '');
      tests.push(isDevice ? nobody : this.tree(node, place, depth + 1));
    }
    if (devices) this.problems.add(where, 'a device among other operands matches nobody');
    return any(tests);
  }

  private device(wanted: ReadonlyMap<string, readonly string[]>, where: SettingsPath): SegmentTest {
    try {
      return deviceTest(wanted);
    } catch {
      return this.unknown(where, 'a wildcard that makes no pattern');
    }
  }

  /** Whether another feature is on, by its stored decision; undefined when it says neither `on` nor `off`. */
  private featureTest(operand: unknown, place: SettingsPath): SegmentTest | undefined {
    const [id = '', wanted] = firstEntry(operand) ?? [];
    if (wanted !== 'on' && wanted !== 'off') return undefined;
    const featureId = parseInt(id, 10);
    const key = this.featureKeysById.get(featureId);
    if (key === undefined) return this.unknown(place, `no feature has the id ${shape(id)}`);
    this.features.add(key);
    const on = wanted === 'on';
    return (evaluation) => isStoredAsOn(evaluation.record(key, featureId, false)) === on;
  }

  private customVariable(operand: unknown, place: SettingsPath): SegmentTest {
    const [variable, value] = firstEntry(operand) ?? [];
    if (variable === undefined) return this.unknown(place, `a variable was expected, got ${shape(operand)}`);
    if (typeof value !== 'string') return this.noText(place.at(variable), value);
    const listId = listOf(value);
    if (listId === undefined) return variableTest(variable, numericTest(this.form(value, place.at(variable))));
    if (listId === null) return this.unknown(place.at(variable), `no list in ${shape(value)}`);
    this.lists.push({ listId, variable });
    return listTest(variable, listId);
  }

  private userAgent(operand: unknown, place: SettingsPath): SegmentTest {
    if (isObject(operand) || Array.isArray(operand)) return this.noText(place, operand);
    const test = numericTest(this.form(String(operand), place));
    return ({ user }) => !!user.userAgent && test(decoded(text(user.userAgent) ?? ''));
  }

  private textTest(operand: unknown, place: SettingsPath): ValueTest {
    if (!isObject(operand) && !Array.isArray(operand)) return textTest(this.form(String(operand), place));
    this.noText(place, operand);
    return () => false;
  }

  private form(value: string, place: SettingsPath): ValueForm {
    const form = valueForm(value);
    const broken = brokenRegex(form);
    if (broken !== null) this.problems.add(place, `no regular expression: ${shape(broken)}`);
    return form;
  }

  private misplaced(operator: string, place: SettingsPath): SegmentTest {
    const known = DEVICE.has(operator) || operator === 'featureId';
    if (known) return this.unknown(place, 'belongs into an `or` (devices: one of nothing else)');
    if ((LOCATION as readonly string[]).includes(operator)) return this.unknown(place, 'belongs into an `and`');
    return this.unknown(place, `unknown operand "${operator.slice(0, 60)}"`);
  }

  private noList(place: SettingsPath, got: unknown): SegmentTest {
    return this.unknown(place, `a list was expected, got ${shape(got)}`);
  }

  private noText(place: SettingsPath, got: unknown): SegmentTest {
    return this.unknown(place, `a text was expected, got ${shape(got)}`);
  }

  private unknown(place: SettingsPath, what: string): SegmentTest {
    this.problems.add(place, what);
    return nobody;
  }
}

function all(tests: readonly SegmentTest[]): SegmentTest {
  const [first, second] = tests;
  if (first && tests.length === 1) return first;
  if (first && second && tests.length === 2) return (evaluation) => first(evaluation) && second(evaluation);
  return (evaluation) => tests.every((test) => test(evaluation));
}

function any(tests: readonly SegmentTest[]): SegmentTest {
  const [first, second] = tests;
  if (first && tests.length === 1) return first;
  if (first && second && tests.length === 2) return (evaluation) => first(evaluation) || second(evaluation);
  return (evaluation) => tests.some((test) => test(evaluation));
}

/** A feature counts as on when anything is stored for it but that the user is in or out of holdout groups. */
function isStoredAsOn(record: object | undefined): boolean {
  if (record === undefined) return false;
  const decided = 'rolloutKey' in record || 'experimentKey' in record;
  return decided || !('isInHoldoutId' in record || 'notInHoldoutId' in record);
}

function texts(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry) => typeof entry === 'string');
}

/** A user agent may come URL-encoded; one that only looks like it is taken as it is. */
function decoded(userAgent: string): string {
  try {
    return decodeURIComponent(userAgent);
  } catch {
    return userAgent;
  }
}

function needsDetails(dsl: unknown): boolean {
  try {
    const json = JSON.stringify(dsl) ?? '';
    return DETAILS.test(json) || IN_LIST.test(json);
  } catch {
    return false; // too deep to be written: it matches nobody either
  }
}
