import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from '@nestjs/common';
import {
  type ClientName,
  type FlagVariables,
  type FlagVariation,
  isObject,
  type VariableName,
  type VariableValue,
  type VwoFlag,
} from '../../model/index.js';
import { knownKeys, refuse, text } from '../../common/index.js';
import { type ClientOption, clientName } from '../handler/index.js';
import { noSuchRoute } from './no-such-route.js';

/** What `@RequireFlag` may ask for beyond "on". All of it must hold. */
export interface RequireFlagOptions<
  Key extends string = string,
  Client extends ClientName = undefined,
> extends ClientOption {
  /** The key of the variation, or several of which one must be the user's. */
  readonly variation?: FlagVariation<Key, Client> | readonly FlagVariation<Key, Client>[];
  /** Values that variables of the flag must have, e.g. `{ plan: 'gold' }`; JSON is compared by content. */
  readonly variable?: RequiredVariables<FlagVariables<Key, Client>>;
  /** The error to answer with. @default Nest's own for a route that does not exist, 404; in GraphQL one with the code NOT_FOUND */
  readonly otherwise?: (context: ExecutionContext) => Error;
}

type RequiredVariables<Variables> = {
  readonly [Name in VariableName<Variables>]?: VariableValue<Variables, Name>;
};

/** One `@RequireFlag`, checked. */
export interface FlagRequirement {
  readonly key: string;
  /** The name of the client whose flag it is; undefined: the one without a name. */
  readonly client: string | undefined;
  readonly variations: readonly string[] | undefined;
  readonly variables: readonly (readonly [name: string, value: unknown])[];
  readonly otherwise: (context: ExecutionContext) => Error;
}

/** Checks what the decorator was given, when the class is defined. */
export function flagRequirement(key: string, options: RequireFlagOptions = {}): FlagRequirement {
  const where = `@RequireFlag('${key}')`;
  text('@RequireFlag(key)', key);
  knownKeys(where, options, ['client', 'variation', 'variable', 'otherwise']);
  return {
    key,
    client: clientName(where, options),
    variations: options.variation === undefined ? undefined : variationKeys(`${where} variation`, options.variation),
    variables: Object.entries(variableValues(`${where} variable`, options.variable ?? {})),
    otherwise: refusal(`${where} otherwise`, options.otherwise ?? noSuchRoute),
  };
}

/** Whether this user's flag is what the requirement asks for. */
export function meets(flag: VwoFlag, { variations, variables }: FlagRequirement): boolean {
  if (!flag.isEnabled()) return false;
  if (variations && !variations.includes(flag.variation?.key ?? '')) return false;
  return variables.every(([name, value]) => isDeepStrictEqual(flag.getVariable(name), value));
}

function variationKeys(option: string, given: string | readonly string[]): readonly string[] {
  const keys = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(keys) || keys.length === 0) refuse(option, 'the key of a variation, or a list of them', given);
  for (const key of keys) text(option, key);
  return [...keys];
}

function variableValues(option: string, given: unknown): object {
  if (isObject(given)) return given;
  return refuse(option, 'an object of names and values', given, "for example { plan: 'gold' }");
}

function refusal(option: string, given: unknown): FlagRequirement['otherwise'] {
  const isErrorClass = typeof given === 'function' && given.prototype instanceof Error;
  if (typeof given === 'function' && !isErrorClass) return given as FlagRequirement['otherwise'];
  return refuse(option, 'a function that gives an error', given, 'for example () => new ForbiddenException()');
}
