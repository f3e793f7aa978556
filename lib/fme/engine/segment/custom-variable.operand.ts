import { asText, firstEntry, listKey, shape } from '../../../model/index.js';
import { nobody, type SegmentTest } from '../model/segment.js';
import type { Evaluation } from '../model/evaluation.js';
import type { SegmentTerms } from '../model/segment-terms.js';
import type { SettingsPath } from '../model/settings-path.js';
import type { SegmentDraft } from './segment-draft.js';
import { numericTest, type ValueTest } from './value-form.js';

/** The variable that is the user's id; which id, the rule says. */
export const USER_ID = '_vwoUserId';

const LIST = /inlist\(([^)]+)\)/;

/** `custom_variable`: `{ plan: 'lower(gold)' }`, or `{ email: 'inlist(list-1)' }` for a list that VWO's gateway knows. */
export function customVariableOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  const [variable, value] = firstEntry(operand) ?? [];
  if (variable === undefined) return draft.unknown(place, `a variable was expected, got ${shape(operand)}`);
  const at = place.at(variable);
  if (typeof value !== 'string') return draft.noText(at, value);
  if (!value.includes('inlist')) return variableTest(variable, numericTest(draft.form(value, at)));
  const listId = LIST.exec(value)?.[1];
  if (listId === undefined) return draft.unknown(at, `no list in ${shape(value)}`);
  draft.lists.push({ listId, variable });
  return listTest(variable, listId);
}

/** `user`: the user's id is one of these, separated by commas. */
export function userOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  if (typeof operand !== 'string') return draft.noText(place, operand);
  const ids = new Set(operand.split(',').map((id) => id.trim()));
  if (ids.size === 0) return nobody;
  return (evaluation, terms) => {
    const id = userValue(evaluation, terms, USER_ID);
    return typeof id === 'string' && ids.has(id);
  };
}

/** A variable of the user's, if there is one, put to a test. Null never matches. */
function variableTest(name: string, test: ValueTest): SegmentTest {
  return (evaluation, terms) => {
    const value = userValue(evaluation, terms, name);
    return value !== undefined && value !== null && test(value);
  };
}

/** Whether the gateway found the user's value in a list of VWO's. */
function listTest(name: string, listId: string): SegmentTest {
  return (evaluation, terms) => {
    const value = userValue(evaluation, terms, name);
    const { lists } = evaluation.user.gateway ?? {};
    return value !== undefined && lists?.get(listKey(listId, String(value))) === true;
  };
}

/** As text; undefined when the user has no such variable. */
function userValue(evaluation: Evaluation, terms: SegmentTerms, name: string): string | null | undefined {
  if (name === USER_ID) {
    const id = evaluation.idIn(terms);
    if (id !== undefined) return id;
  }
  const variables = evaluation.variablesIn(terms);
  return variables !== undefined && Object.hasOwn(variables, name) ? asText(variables[name]) : undefined;
}
