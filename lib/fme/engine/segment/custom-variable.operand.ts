import type { Evaluation } from '../model/evaluation.js';
import { nobody, type SegmentTest } from '../model/segment.js';
import { listKey } from '../../../model/index.js';
import type { ValueTest } from './value-form.js';

/** The variable that is the user's id; which id, the rule says. */
export const USER_ID = '_vwoUserId';

const LIST = /inlist\(([^)]+)\)/;

/** A variable of the user's, if there is one, put to a test. Null never matches. */
export function variableTest(name: string, test: ValueTest): SegmentTest {
  if (name !== USER_ID) {
    return ({ variables }) => {
      if (variables === undefined || !Object.hasOwn(variables, name)) return false;
      const value = text(variables[name]);
      return value !== null && test(value);
    };
  }
  return (evaluation) => {
    const value = userValue(evaluation, name);
    return value !== undefined && value !== null && test(value);
  };
}

/** The list that an `inlist(…)` asks for: null when it names none, undefined when it is no `inlist`. */
export function listOf(operand: string): string | null | undefined {
  return operand.includes('inlist') ? (LIST.exec(operand)?.[1] ?? null) : undefined;
}

/** Whether the gateway found the user's value in a list of VWO's. */
export function listTest(name: string, listId: string): SegmentTest {
  return (evaluation) => {
    const value = userValue(evaluation, name);
    const { lists } = evaluation.user.gateway ?? {};
    return value !== undefined && lists?.get(listKey(listId, String(value))) === true;
  };
}

/** `user`: the user's id is one of these, separated by commas. */
export function userTest(operand: string): SegmentTest {
  const ids = new Set(operand.split(',').map((id) => id.trim()));
  if (ids.size === 0) return nobody;
  return (evaluation) => {
    const id = userValue(evaluation, USER_ID);
    return typeof id === 'string' && ids.has(id);
  };
}

/** What the gateway is asked for, and what tests see: a value as text. Null stays null, and is `'null'` in lists. */
export function text(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === null) return null;
  if (value === undefined) return '';
  try {
    return String(value);
  } catch {
    return ''; // an object that cannot be made into text
  }
}

function userValue(evaluation: Evaluation, name: string): string | null | undefined {
  if (name === USER_ID) {
    const id = evaluation.vwoUserId;
    if (id !== undefined) return id;
  }
  const { variables } = evaluation;
  return variables !== undefined && Object.hasOwn(variables, name) ? text(variables[name]) : undefined;
}
