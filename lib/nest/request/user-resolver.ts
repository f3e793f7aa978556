import type { ExecutionContext } from '@nestjs/common';
import { ID_RULE, shownId, userIdOf } from '../../client/index.js';
import { type Diagnostics, errorText, isPromise, shown } from '../../common/index.js';
import { spreadableUser, type UserId, type VwoUserContext } from '../../model/index.js';
import type { HttpRequest } from './http-request.js';
import { senderOf } from './work.js';

/**
 * Who is it? `undefined` means nobody: every flag is off then. Asked once per request or message, and for each job of
 * `@WithVisit()`; `requestOf`, `socketOf`, `messageOf` and `jobOf` find in the context what there is.
 * The request waits for the answer as it waits for a guard, however long: what it calls needs a deadline of its own.
 */
export type VwoUserResolver<Id extends UserId = string> = (
  context: ExecutionContext,
) => GivenUser<Id> | Promise<GivenUser<Id>>;

/** A user; nobody, where there is none. */
export type GivenUser<Id extends UserId = UserId> = VwoUserContext<Id> | null | undefined;

/** Finds the user of a request. Whatever goes wrong, the request goes on: nobody is known then. */
export class UserResolver {
  /** @param user the option; without it, who has logged in */
  constructor(
    private readonly user: VwoUserResolver<UserId> | undefined,
    private readonly diagnostics: Diagnostics,
  ) {}

  get asksOption(): boolean {
    return this.user !== undefined;
  }

  /** A promise only where the option `user` gives one. */
  resolve(context: ExecutionContext): VwoUserContext | undefined | Promise<VwoUserContext | undefined> {
    try {
      const given = this.user ? this.user(context) : loggedIn(senderOf(context));
      if (isPromise(given)) return this.settled(given, context);
      return this.completed(given, context);
    } catch (error) {
      return this.failed('threw', error);
    }
  }

  private async settled(given: PromiseLike<GivenUser>, context: ExecutionContext): Promise<VwoUserContext | undefined> {
    try {
      return this.completed(await given, context);
    } catch (error) {
      return this.failed('rejected', error);
    }
  }

  /** User agent and IP address are read from the request only where the application has not given them. */
  private completed(given: GivenUser, context: ExecutionContext): VwoUserContext | undefined {
    if (given === undefined || given === null) return undefined;
    const id = userIdOf(given.id);
    if (id === undefined) return this.refused(given);
    if (id === '') return undefined;
    const request = senderOf(context);
    const userAgent = given.userAgent ?? header(request, 'user-agent');
    const ipAddress = given.ipAddress ?? request.ip ?? request.socket?.remoteAddress;
    return { ...spreadableUser(given), id, userAgent, ipAddress };
  }

  private failed(how: string, error: unknown): undefined {
    this.diagnostics.count('userFailures');
    this.diagnostics.warn(
      'user',
      `The option \`user\` ${how}: ${errorText(error)}. Flags are off for these requests; they go on.`,
    );
    return undefined;
  }

  private refused(given: VwoUserContext<UserId>): undefined {
    this.diagnostics.count('userFailures');
    const came = typeof given === 'object' ? `the id ${shownId(given.id)}` : shown(given);
    this.diagnostics.warn(
      'user-id',
      `A user must have an id that is ${ID_RULE}, got ${came}. ` +
        'Flags are off for these requests; they go on. ' +
        'Cure: give undefined for nobody: `user: (context) => (id === undefined ? undefined : { id })`.',
    );
    return undefined;
  }
}

/** Whom guards such as Passport's left on the request or socket: `request.user.id`, else `request.user.sub`. */
export function loggedIn({ user }: HttpRequest): GivenUser {
  if (typeof user !== 'object' || user === null) return undefined;
  const { id, sub } = user as { readonly id?: UserId | null; readonly sub?: UserId | null };
  const found = id ?? sub;
  return found === undefined || found === null ? undefined : { id: found };
}

function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers?.[name];
  return typeof value === 'string' ? value : undefined;
}
