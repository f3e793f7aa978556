import { knownKeys, refuse, text, yesOrNo } from '../common/index.js';
import {
  type ClientName,
  type FlagKey,
  type FlagVariables,
  type FlagVariation,
  isObject,
  isPlainObject,
} from '../model/index.js';

/** A flag as a test wants it: on, off, or on with a variation and variables. */
export type TestFlag<Key extends string = string, Client extends ClientName = undefined> =
  boolean | TestFlagDetails<Key, Client>;

/** Flags by key: any, or those that the application says there are (`VwoFlags`). */
export type TestFlags<Client extends ClientName = undefined> = {
  readonly [Key in FlagKey<Client>]?: TestFlag<Key, Client>;
};

export interface TestFlagDetails<Key extends string = string, Client extends ClientName = undefined> {
  /** @default true */
  readonly enabled?: boolean;
  /** The key of an experiment's variation. @default none: a rollout, whose variation VWO calls `default` */
  readonly variation?: FlagVariation<Key, Client>;
  /** The variables of the flag by name, of the types that VWO has: text, number, boolean, JSON (a plain object or a list). */
  readonly variables?: TestVariables<FlagVariables<Key, Client>>;
}

type AnyVariables = Readonly<Record<string, string | number | boolean | object>>;

/** Those that are known of the flag; any where none are. */
export type TestVariables<Variables> = unknown extends Variables ? AnyVariables : Partial<Variables>;

/** One flag, checked. */
export interface CheckedFlag {
  readonly enabled: boolean;
  readonly variation: string | undefined;
  readonly variables: AnyVariables;
}

/** Checks flags by key. Throws `VwoOptionsError`: the place, the rule, what came. */
export function checkedFlags(where: string, given: unknown): readonly (readonly [key: string, flag: CheckedFlag])[] {
  if (!isObject(given)) refuse(where, 'an object of flags by key', given, "for example { 'new-checkout': true }");
  return Object.entries(given).map(([key, flag]) => [
    text(`${where} key`, key),
    checkedFlag(`${where}['${key}']`, flag),
  ]);
}

/** Checks one flag; errors as of `checkedFlags`. */
export function checkedFlag(where: string, given: unknown): CheckedFlag {
  if (typeof given === 'boolean') return { enabled: given, variation: undefined, variables: {} };
  if (!isObject(given)) refuse(where, 'true, false or an object', given, CURE);
  knownKeys(where, given, ['enabled', 'variation', 'variables']);
  const { enabled = true, variation, variables = {} } = given;
  const isOff = yesOrNo(`${where}.enabled`, enabled) === false;
  if (isOff && variation !== undefined) refuse(`${where}.variation`, 'left out where `enabled` is false', variation);
  return {
    enabled: !isOff,
    variation: variation === undefined ? undefined : text(`${where}.variation`, variation),
    variables: checkedVariables(`${where}.variables`, variables, isOff),
  };
}

const CURE = "for example { variation: 'Variation-1', variables: { button: 'red' } }";

function checkedVariables(where: string, given: unknown, isOff: boolean): AnyVariables {
  if (!isObject(given)) refuse(where, 'an object of values by name', given, "for example { button: 'red' }");
  if (isOff && Object.keys(given).length > 0) refuse(where, 'left out where `enabled` is false', given);
  for (const [name, value] of Object.entries(given)) checkVariable(`${where}.${name}`, value);
  return given as AnyVariables;
}

/** Of the types that variables have at VWO: string, integer, double, boolean, json. */
function checkVariable(where: string, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  if (typeof value !== 'object' || value === null) {
    refuse(where, 'a text, a finite number, true or false, or JSON (a plain object or a list)', value);
  }
  checkJson(where, value, new Set());
}

function checkJson(where: string, value: unknown, above: ReadonlySet<unknown>): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  const isJson = Array.isArray(value) || (typeof value === 'object' && isPlainObject(value as object));
  if (!isJson || above.has(value)) refuse(where, 'JSON', value);
  for (const [name, child] of Object.entries(value as object)) {
    checkJson(`${where}.${name}`, child, new Set([...above, value]));
  }
}
