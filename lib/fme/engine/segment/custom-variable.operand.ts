import { asText, firstEntry, listKey, shown } from '../../../model/index.js';
import type { SegmentTest } from '../model/segment.js';
import type { Evaluation } from '../model/evaluation.js';
import type { SegmentTerms } from '../model/segment-terms.js';
import type { SettingsPath } from '../model/settings-path.js';
import type { SegmentDraft } from './segment-draft.js';
import { numericTest, type ValueTest } from './value-form.js';

/** The variable that is the user's id; which id, the rule says. */
const USER_ID = '_vwoUserId';

/** SDK 1.50 and later call it by the second name. */
const USER_ID_NAMES: ReadonlySet<string> = new Set([USER_ID, '_wingifyUserId']);

export function isUserId(variable: string): boolean {
  return USER_ID_NAMES.has(variable);
}

/** `custom_variable`: `{ plan: 'lower(gold)' }`, or `{ email: 'inlist(list-1)' }` for a list that VWO's gateway knows. */
export function customVariableOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  const [variable, value] = firstEntry(operand) ?? [];
  if (variable === undefined) return draft.unknown(place, `a variable was expected, got ${shown(operand)}`);
  const at = place.at(variable);
  if (typeof value !== 'string') return draft.noText(at, value);
  if (!value.includes('inlist')) return variableTest(variable, numericTest(draft.form(value, at)));
  const listId = listIdIn(value);
  if (listId === undefined) return draft.unknown(at, `no list in ${shown(value)}`);
  draft.lists.push({ listId, variable });
  return listTest(variable, listId);
}

/** `user`: the user's id is one of these, separated by commas. */
export function userOperand(operand: unknown, place: SettingsPath, draft: SegmentDraft): SegmentTest {
  if (typeof operand !== 'string') return draft.noText(place, operand);
  const ids: ReadonlySet<unknown> = new Set(operand.split(',').map((id) => id.trim()));
  return (evaluation, terms) => {
    return ids.has(idOrVariable(evaluation, terms, USER_ID));
  };
}

/** A variable of the user's, if there is one, put to a test. Null never matches. */
function variableTest(name: string, test: ValueTest): SegmentTest {
  const valueOf = isUserId(name) ? idOrVariable : variableOf;
  return (evaluation, terms) => {
    const value = valueOf(evaluation, terms, name);
    return value !== undefined && value !== null && test(value);
  };
}

const LIST = 'inlist(';

/** `list-1` of `inlist(list-1)`, wherever it stands; undefined where there is none, or an empty one. */
function listIdIn(value: string): string | undefined {
  for (let at = value.indexOf(LIST); at !== -1; at = value.indexOf(LIST, at + 1)) {
    const from = at + LIST.length;
    const to = value.indexOf(')', from);
    if (to === -1) return undefined;
    if (to > from) return value.slice(from, to);
  }
  return undefined;
}

/** Whether the gateway found the user's value in a list of VWO's. */
function listTest(name: string, listId: string): SegmentTest {
  const valueOf = isUserId(name) ? idOrVariable : variableOf;
  return (evaluation, terms) => {
    const value = valueOf(evaluation, terms, name);
    const { lists } = evaluation.user.gateway ?? {};
    return value !== undefined && lists?.get(listKey(listId, String(value))) === true;
  };
}

/** The user's id, else a variable of that name. */
function idOrVariable(evaluation: Evaluation, terms: SegmentTerms, name: string): string | null | undefined {
  return evaluation.idIn(terms) ?? variableOf(evaluation, terms, name);
}

/** As text; undefined when the user has no such variable. */
function variableOf(evaluation: Evaluation, terms: SegmentTerms, name: string): string | null | undefined {
  const variables = evaluation.variablesIn(terms);
  return variables !== undefined && Object.hasOwn(variables, name) ? asText(variables[name]) : undefined;
}
