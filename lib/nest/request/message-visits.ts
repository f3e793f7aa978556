import { oneInProcess } from '../../common/index.js';
import type { VisitScope } from './visit-scope.js';

interface MessageVisits {
  /** The arguments of its handler. */
  readonly args: readonly unknown[];
  readonly visits: VisitScope;
}

/** Nest gives parameters and filters copies of the array that guard and interceptor share: its members lead to the visits. */
const known = oneInProcess('message-visits', () => new WeakMap<object, MessageVisits>());

export function rememberMessage(args: readonly unknown[], visits: VisitScope): void {
  const own = ownMember(args);
  if (own) known.set(own, { args, visits });
}

/**
 * Those of the handler that came last, where one message has several: they are given the same members.
 * Undefined also for a message of which no member is its own: a text or number that no answer is asked for.
 */
export function visitsOfMessage(args: readonly unknown[]): VisitScope | undefined {
  const own = ownMember(args);
  const found = own && known.get(own);
  return found && isSameMessage(found.args, args) ? found.visits : undefined;
}

/** Whether both are the arguments of handlers of one message, as far as its members show it. */
export function isSameMessage(args: readonly unknown[], others: readonly unknown[]): boolean {
  return args[0] === others[0] && args[1] === others[1] && ownMember(args) === ownMember(others);
}

/** `[data, context]` of a microservice, `[socket, data, acknowledge]` of a gateway: the first object after the first member, which many messages may share. */
function ownMember(args: readonly unknown[]): object | undefined {
  for (const member of [args[1], args[2]]) if (isObject(member)) return member;
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
