import { isDeepStrictEqual } from 'node:util';
import type { EvaluationContext, Logger } from '@openfeature/server-sdk';
import { currentVisit, type Visit, type VwoClient } from '../client/index.js';
import { attributesOf, targetOf, vwoUserOf } from './user-of-context.js';

/** The visits in which OpenFeature's evaluations read: the current one where it is that user's, else a brief one each. */
export class ContextVisits {
  private hasWarned = false;

  constructor(private readonly client: VwoClient) {}

  /** The current visit, where the context names nobody else; undefined where it does, or there is none. */
  current(context: EvaluationContext): Visit | undefined {
    const visit = currentVisit(this.client);
    const target = targetOf(context);
    if (!visit || target === undefined) return visit;
    return (visit.isOf?.(target) ?? visit.user?.id === String(target)) ? visit : undefined;
  }

  /**
   * Reads flags in the visit of this context; undefined where nobody is named and there is no visit. A brief visit has saved what
   * it decided before this settles, so that the next one finds it. Rejects when `read` throws.
   * @param keys the flags that may be read
   */
  async read<T>(
    context: EvaluationContext,
    keys: readonly string[],
    read: (visit: Visit) => T,
    logger: Logger,
  ): Promise<T | undefined> {
    const current = this.current(context);
    if (current) {
      this.warnOfUnread(context, current, logger);
      await current.declare?.(keys);
      return read(current);
    }
    const user = vwoUserOf(context);
    if (!user) return undefined;
    const visit = await this.client.visit(user, keys);
    try {
      return read(visit);
    } finally {
      await visit.end();
    }
  }

  /** A visit knows its user from its beginning: what a context says besides is looked at by nobody. Said once. */
  private warnOfUnread(context: EvaluationContext, { user }: Visit, logger: Logger): void {
    if (this.hasWarned) return;
    const known = user?.customVariables;
    const unread = Object.entries(attributesOf(context)).filter(
      ([name, value]) => !isDeepStrictEqual(known?.[name], value),
    );
    if (unread.length === 0) return;
    this.hasWarned = true;
    logger.warn(
      `VWO looks at no attributes of an evaluation context inside a visit: ${unread.map(([name]) => name).join(', ')}. The visit has a ` +
        'user of its own; give that one the attributes, e.g. `VwoModule.forRoot({ user: async (context) => vwoUserOf(await ' +
        'contextFactory(context)) })`. This is said once.',
    );
  }
}
