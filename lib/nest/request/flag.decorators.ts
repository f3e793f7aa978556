import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { Visit } from '../../client/index.js';
import { text } from '../../common/index.js';
import { VwoOutsideVisitError } from '../../common/index.js';
import { declareKeys } from './handler-flags.js';
import { visitAt } from './request-visit.js';
import { currentVisit } from './visit-scope.js';

type Pipe = Type<PipeTransform> | PipeTransform;

interface FlagVariableData {
  readonly key: string;
  readonly variable: string;
  readonly defaultValue: unknown;
}

/** The flag, for this user: `@Flag('new-checkout') flag: VwoFlag`. */
export function Flag(key: string, ...pipes: Pipe[]): ParameterDecorator {
  return declaring('@Flag(key)', key, flagParameter(key, ...pipes));
}

/** Whether the flag is on for this user: `@FlagEnabled('new-checkout') fast: boolean`. */
export function FlagEnabled(key: string, ...pipes: Pipe[]): ParameterDecorator {
  return declaring('@FlagEnabled(key)', key, enabledParameter(key, ...pipes));
}

/** A variable of the flag, or the default when this user has none: `@FlagVariable('new-checkout', 'button', 'blue') button: string`. */
export function FlagVariable<T>(key: string, variable: string, defaultValue: T, ...pipes: Pipe[]): ParameterDecorator {
  text('@FlagVariable(key, variable)', variable);
  return declaring('@FlagVariable(key)', key, variableParameter({ key, variable, defaultValue }, ...pipes));
}

/** The user context of this request, undefined when nobody is known: `@VwoUser() user?: VwoUserContext`. */
export const VwoUser = createParamDecorator((_data: undefined, context: ExecutionContext) => {
  return visitOf(context, 'The user context was asked for').user;
});

const flagParameter = createParamDecorator((key: string, context: ExecutionContext) => {
  return visitOf(context, `Flag "${key}" was read`).flag(key);
});

const enabledParameter = createParamDecorator((key: string, context: ExecutionContext) => {
  return visitOf(context, `Flag "${key}" was read`).flag(key).isEnabled();
});

const variableParameter = createParamDecorator((data: FlagVariableData, context: ExecutionContext) => {
  return visitOf(context, `Flag "${data.key}" was read`).flag(data.key).getVariable(data.variable, data.defaultValue);
});

/** The key is known as soon as the class is defined: that is when it is checked and declared. */
function declaring(where: string, key: string, parameter: ParameterDecorator): ParameterDecorator {
  text(where, key);
  return (target, property, index) => {
    parameter(target, property, index);
    if (property !== undefined) declareKeys([key], target.constructor, property);
  };
}

function visitOf(context: ExecutionContext, what: string): Visit {
  const visit = visitAt(context) ?? currentVisit();
  if (!visit) throw new VwoOutsideVisitError(what);
  return visit;
}
