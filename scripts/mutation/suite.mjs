/**
 * What specs import from `@jest/globals`, so that they run in one plain process as often as mutants ask for: describe, it,
 * test, hooks, expect, and of `jest` the mocks. Modules are loaded once.
 */
import { expect } from 'expect';
import { ModuleMocker } from 'jest-mock';
import { mutantSwitch } from './switch.mjs';

const mocker = new ModuleMocker(globalThis);
export const jest = {
  fn: (implementation) => mocker.fn(implementation),
  spyOn: (...what) => mocker.spyOn(...what),
  restoreAllMocks: () => mocker.restoreAllMocks(),
};
export { expect };

const { setTimeout, clearTimeout } = globalThis;

class Group {
  children = [];
  beforeAll = [];
  afterAll = [];
  beforeEach = [];
  afterEach = [];
  /** Mutants that its `beforeAll` and `afterAll` reach. */
  reached = new Set();

  constructor(parent) {
    this.parent = parent;
  }

  get lineage() {
    return this.parent ? [...this.parent.lineage, this] : [this];
  }
}

export const tests = [];
const root = new Group(undefined);
let open = root;

/** One group per spec file. */
export async function collecting(file, load) {
  open = new Group(root);
  root.children.push(open);
  open.file = file;
  await load();
  open = root;
}

const hook = (kind) => (work) => void open[kind].push(work);
export const beforeAll = hook('beforeAll');
export const afterAll = hook('afterAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');

export function describe(_name, define) {
  const group = new Group(open);
  open.children.push(group);
  open = group;
  define();
  open = group.parent;
}
describe.each = each(describe);

export function test(name, work) {
  add(name, work, false);
}
test.each = each(test);
test.failing = (name, work) => add(name, work, true);
test.failing.each = each(test.failing);
export const it = test;

function each(one) {
  return (table) => (name, work) => {
    for (const row of table) one(name, () => (Array.isArray(row) ? work(...row) : work(row)));
  };
}

function add(name, work, mustFail) {
  const entry = {
    id: tests.length,
    name,
    work,
    mustFail,
    parent: open,
    file: open.lineage[1]?.file,
    reached: new Set(),
  };
  tests.push(entry);
  open.children.push(entry);
}

/**
 * Runs the chosen tests, in order. `patience` per test and hook in ms; `onEnd(test, error)` gives back true to go on.
 * Resolves to true when all were run.
 */
export async function run(chosen, patience, onEnd) {
  return runGroup(root, { chosen, patience, onEnd });
}

async function runGroup(group, options) {
  if (!group.children.some((child) => isChosen(child, options.chosen))) return true;
  let goesOn = true;
  const broken = await failureOf(group.reached, options.patience, () => inTurn(group.beforeAll));
  for (const child of group.children) {
    if (!goesOn || !isChosen(child, options.chosen)) continue;
    if (child instanceof Group && !broken) goesOn = await runGroup(child, options);
    else
      for (const each of broken ? testsIn(child, options.chosen) : [child])
        goesOn &&= await runTest(each, options, broken);
  }
  const left = await failureOf(group.reached, options.patience, () => inTurn(group.afterAll));
  if (left && goesOn) goesOn = options.onEnd(testsIn(group, options.chosen)[0], left);
  return goesOn;
}

async function runTest(entry, { patience: usual, onEnd }, broken) {
  const { lineage } = entry.parent;
  const patience = entry.patience ?? usual;
  const start = performance.now();
  Object.assign(mutantSwitch, { calls: 0, endless: entry.endless ?? Infinity });
  const work = async () => {
    await inTurn(lineage.flatMap((group) => group.beforeEach));
    await entry.work();
  };
  let failure = broken ?? (await failureOf(entry.reached, patience, work));
  if (!broken && entry.mustFail) failure = failure ? undefined : new Error('it was to fail');
  if (!broken) {
    const after = lineage.toReversed().flatMap((group) => group.afterEach);
    failure ??= await failureOf(entry.reached, patience, () => inTurn(after));
  }
  entry.took ??= performance.now() - start;
  mutantSwitch.endless = Infinity;
  return onEnd(entry, failure);
}

async function inTurn(works) {
  for (const work of works) await work();
}

function isChosen(child, chosen) {
  return child instanceof Group ? child.children.some((each) => isChosen(each, chosen)) : chosen.has(child);
}

function testsIn(child, chosen) {
  return child instanceof Group
    ? child.children.flatMap((each) => testsIn(each, chosen))
    : chosen.has(child)
      ? [child]
      : [];
}

/** What the work fails with: what it throws, what is thrown outside of it meanwhile, or that it takes too long. */
async function failureOf(reached, patience, work) {
  mutantSwitch.reached = reached;
  let timer;
  let uncaught;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(new Error('it took too long')), patience);
    uncaught = (error) => resolve(error ?? new Error('uncaught'));
    process.on('uncaughtException', uncaught);
  });
  try {
    return await Promise.race([
      late,
      Promise.resolve()
        .then(work)
        .then(() => undefined),
    ]);
  } catch (error) {
    return error ?? new Error('thrown');
  } finally {
    clearTimeout(timer);
    process.off('uncaughtException', uncaught);
  }
}
