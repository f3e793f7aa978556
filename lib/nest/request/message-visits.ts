import type { Visit, VisitScope, VwoClient } from '../../client/index.js';
import { oneInProcess } from '../../common/index.js';

/** The visits of one handler of a message. */
interface HandlerVisits extends VisitScope {
  /** Whether that handler is over or was never reached, so that what is asked outside of its work may be asked for it. */
  readonly isAtRest: boolean;
}

interface Handled {
  /** The arguments of the handler. */
  readonly args: readonly unknown[];
  readonly visits: HandlerVisits;
}

/** How many handlers of one event are told apart; where there are more, the ones that came last. */
const HANDLERS = 16;

/** Nest gives parameters and filters copies of the array that guard and interceptor share: its members lead to the visits. */
const known = oneInProcess('message-visits', () => new WeakMap<object, readonly Handled[]>());

/** Does nothing for a request. */
export function rememberMessage(work: object, visits: HandlerVisits): void {
  const own = ownMember(work);
  if (!own) return;
  const handled = { args: work as readonly unknown[], visits };
  const others = known.get(own)?.filter(({ args }) => isSameMessage(args, work)) ?? [];
  known.set(own, [...others.slice(1 - HANDLERS), handled]);
}

/**
 * Undefined for a request, for a message without visits, and for one of which no member is its own: a text or number that no
 * answer is asked for.
 */
export function visitsOfMessage(work: object): VisitScope | undefined {
  const own = ownMember(work);
  const handled = (own && known.get(own))?.filter(({ args }) => isSameMessage(args, work)) ?? [];
  return handled.length > 1 ? new OneOfSeveral(handled.map(({ visits }) => visits)) : handled[0]?.visits;
}

/** Whether both are the arguments of handlers of one message, as far as its members show it. */
export function isSameMessage(work: object, other: object): boolean {
  const own = ownMember(work);
  if (!own) return work === other;
  const [args, others] = [work as readonly unknown[], other as readonly unknown[]];
  return own === ownMember(other) && args[0] === others[0] && args[1] === others[1];
}

/**
 * For a filter that runs outside of its handler's work, where the event has several handlers: nothing tells which one is its
 * own. So it is a visit that all who may ask agree on: that of the only one, or of the one user that they all know.
 */
class OneOfSeveral implements VisitScope {
  constructor(private readonly handlers: readonly HandlerVisits[]) {}

  visitOf(client: VwoClient): Visit | undefined {
    return this.agreed((visits) => visits.visitOf(client));
  }

  visitNamed(name: string | undefined): Visit | undefined {
    return this.agreed((visits) => visits.visitNamed(name));
  }

  private agreed(visitIn: (visits: HandlerVisits) => Visit | undefined): Visit | undefined {
    const atRest = this.handlers.filter(({ isAtRest }) => isAtRest);
    const visits = (atRest.length > 0 ? atRest : this.handlers).flatMap((handler) => visitIn(handler) ?? []);
    const [first] = visits;
    return visits.every(({ user }) => user?.id === first?.user?.id) ? first : undefined;
  }
}

/**
 * `[data, context]` of a microservice, `[socket, data, acknowledge]` of a gateway: the first object after the first member,
 * which many messages may share. Undefined for a request.
 */
function ownMember(work: object): object | undefined {
  if (!Array.isArray(work)) return undefined;
  for (const member of [work[1], work[2]] as const) if (isObject(member)) return member;
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
