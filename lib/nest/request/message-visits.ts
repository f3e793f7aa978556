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

/** Undefined also for a message of which no member is its own: a text or number that no answer is asked for. */
export function visitsOfMessage(args: readonly unknown[]): VisitScope | undefined {
  const own = ownMember(args);
  const found = own && known.get(own);
  return found && found.args[0] === args[0] && found.args[1] === args[1] ? found.visits : undefined;
}

/** `[data, context]` of a microservice, `[socket, data, acknowledge]` of a gateway: the first object after the first member, which many messages may share. */
function ownMember(args: readonly unknown[]): object | undefined {
  for (const member of [args[1], args[2]]) if (isObject(member)) return member;
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
