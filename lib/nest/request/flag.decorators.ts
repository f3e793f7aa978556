import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { decidedFlag, type Visit } from '../../client/index.js';
import { text, VwoOutsideVisitError } from '../../common/index.js';
import type {
  ClientName,
  FlagKey,
  FlagVariables,
  VariableName,
  VariableValue,
  VwoUserContext,
} from '../../model/index.js';
import { type ClientOption, declareKeys, flagsOn, splitOptions } from '../handler/index.js';
import { scopeAt, visitsOf } from './request-visits.js';
import { workOf } from './work.js';

type Pipe = Type<PipeTransform> | PipeTransform;
type Pipes = readonly Pipe[];
type OptionsAndPipes<Client extends ClientName> = readonly [options: ClientOption<Client>, ...pipes: Pipes];

interface FlagData {
  readonly key: string;
  readonly client: string | undefined;
}

interface FlagVariableData extends FlagData {
  readonly variable: string;
  readonly defaultValue: unknown;
}

/**
 * The flag, for this user: `@Flag('new-checkout') flag: VwoFlag`. Several accounts: `@Flag('new-checkout', { client: 'second' })`.
 * Pipes follow, as with Nest's own decorators.
 */
export function Flag<Client extends ClientName = undefined>(
  key: FlagKey<Client>,
  ...given: Pipes | OptionsAndPipes<Client>
): ParameterDecorator {
  const [client, pipes] = splitOptions<Pipe>(`@Flag('${key}')`, given);
  return declaring('@Flag(key)', { key, client }, flagParameter({ key, client }, ...pipes));
}

/** Whether the flag is on for this user: `@FlagEnabled('new-checkout') fast: boolean`. Options and pipes as of `@Flag`. */
export function FlagEnabled<Client extends ClientName = undefined>(
  key: FlagKey<Client>,
  ...given: Pipes | OptionsAndPipes<Client>
): ParameterDecorator {
  const [client, pipes] = splitOptions<Pipe>(`@FlagEnabled('${key}')`, given);
  return declaring('@FlagEnabled(key)', { key, client }, enabledParameter({ key, client }, ...pipes));
}

/**
 * A variable of the flag, or the default when this user has none: `@FlagVariable('new-checkout', 'button', 'blue') button: string`.
 * Options and pipes as of `@Flag`.
 */
export function FlagVariable<
  Default extends VariableValue<FlagVariables<Key, Client>, Name> | null | undefined,
  Client extends ClientName = undefined,
  Key extends FlagKey<Client> = FlagKey<Client>,
  Name extends VariableName<FlagVariables<Key, Client>> = VariableName<FlagVariables<Key, Client>>,
>(key: Key, variable: Name, defaultValue: Default, ...given: Pipes | OptionsAndPipes<Client>): ParameterDecorator {
  text('@FlagVariable(key, variable)', variable);
  const [client, pipes] = splitOptions<Pipe>(`@FlagVariable('${key}')`, given);
  const parameter = variableParameter({ key, client, variable, defaultValue }, ...pipes);
  return declaring('@FlagVariable(key)', { key, client }, parameter);
}

/**
 * The user context of this request, undefined when nobody is known: `@VwoUser() user?: VwoUserContext`. It is a frozen copy.
 * Options and pipes as of `@Flag`.
 */
export function VwoUser(...given: Pipes | OptionsAndPipes<ClientName>): ParameterDecorator {
  const [client, pipes] = splitOptions<Pipe>('@VwoUser()', given);
  const parameter = userParameter({ client }, ...pipes);
  return client === undefined ? parameter : declaring('@VwoUser()', { client }, parameter);
}

const flagParameter = createParamDecorator((data: FlagData, context: ExecutionContext) => {
  return readFlag(context, data, (visit) => visit.flag(data.key));
});

const enabledParameter = createParamDecorator((data: FlagData, context: ExecutionContext) => {
  return readFlag(context, data, (visit) => decidedFlag(visit, data.key).isEnabled());
});

const variableParameter = createParamDecorator((data: FlagVariableData, context: ExecutionContext) => {
  const { key, variable, defaultValue } = data;
  return readFlag(context, data, (visit) => decidedFlag(visit, key).getVariable(variable, defaultValue));
});

const userParameter = createParamDecorator(
  ({ client }: { readonly client: string | undefined }, context: ExecutionContext): VwoUserContext | undefined => {
    return visitOf(context, client, 'The user context was asked for').user;
  },
);

/** The key is known as soon as the class is defined: that is when it is checked and declared. */
function declaring(
  where: string,
  { key, client }: { readonly key?: string; readonly client: string | undefined },
  parameter: ParameterDecorator,
): ParameterDecorator {
  const keys = key === undefined ? [] : [text(where, key)];
  return (target, property, index) => {
    parameter(target, property, index);
    if (property !== undefined) declareKeys({ client, keys }, target.constructor, property);
  };
}

/** A promise only in GraphQL, for a field whose flags no guard or interceptor has declared: Nest runs none for field resolvers. */
function readFlag<T>(context: ExecutionContext, { key, client }: FlagData, take: (visit: Visit) => T): T | Promise<T> {
  const visit = visitOf(context, client, `Flag "${key}" was read`);
  const waiting = context.getType<string>() === 'graphql' ? declared(context, client) : undefined;
  return waiting ? waiting.then(() => take(visit)) : take(visit);
}

function declared(context: ExecutionContext, client: string | undefined): Promise<unknown> | undefined {
  const work = workOf(context);
  return work && visitsOf(work).openedNamed(client)?.ready(flagsOn(context).keysOf(client));
}

function visitOf(context: ExecutionContext, client: string | undefined, what: string): Visit {
  const visit = scopeAt(context)?.visitNamed(client);
  if (!visit) throw new VwoOutsideVisitError(what, client);
  return visit;
}
