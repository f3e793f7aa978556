import type { CallExpression, Expression, Type, TypeChecker, TypeNode } from 'typescript';
import type { TypeScript } from './project-typescript.js';

/** A client of which the code does not say which it is. */
export const UNKNOWN_CLIENT = Symbol('a client that cannot be told');

/** Whose flags a call reads: by its options (`{ client: 'partners' }`), its type argument, or the type of what it is called on. */
export function usedClient(
  ts: TypeScript,
  checker: TypeChecker,
  call: CallExpression,
): string | undefined | typeof UNKNOWN_CLIENT {
  const option = call.arguments.flatMap((argument) => clientOptions(ts, argument))[0];
  if (option) return named(checker.getTypeAtLocation(option));
  const [given] = call.typeArguments ?? [];
  if (given) return ofTypeArgument(ts, checker, given);
  return ts.isPropertyAccessExpression(call.expression)
    ? ofReceiver(ts, checker, checker.getTypeAtLocation(call.expression.expression))
    : undefined;
}

/** What stands after `client:`. Its own type is asked for: that of the whole object depends on whether the call compiles. */
export function clientOptions(ts: TypeScript, argument: Expression): readonly Expression[] {
  if (!ts.isObjectLiteralExpression(argument)) return [];
  return argument.properties.flatMap((property) => {
    if (!property.name || !ts.isIdentifier(property.name) || property.name.text !== 'client') return [];
    return ts.isPropertyAssignment(property) ? [property.initializer] : [property.name];
  });
}

function ofTypeArgument(ts: TypeScript, checker: TypeChecker, node: TypeNode): ReturnType<typeof usedClient> {
  const type = checker.getTypeFromTypeNode(node);
  return type.flags & ts.TypeFlags.Undefined ? undefined : named(type);
}

/** `VwoServiceOf<'partners'>` and `Visit<'partners'>` say it; `VwoService` and the clients mean the one without a name. */
function ofReceiver(ts: TypeScript, checker: TypeChecker, type: Type): ReturnType<typeof usedClient> {
  const [first] = type.aliasTypeArguments ?? typeArgumentsOf(ts, checker, type);
  if (!first || first.flags & ts.TypeFlags.Undefined) return undefined;
  return named(first);
}

function typeArgumentsOf(ts: TypeScript, checker: TypeChecker, type: Type): readonly Type[] {
  const isReference = type.flags & ts.TypeFlags.Object && 'target' in type;
  return isReference ? checker.getTypeArguments(type as Parameters<TypeChecker['getTypeArguments']>[0]) : [];
}

function named(type: Type): string | typeof UNKNOWN_CLIENT {
  return type.isStringLiteral() ? type.value : UNKNOWN_CLIENT;
}
