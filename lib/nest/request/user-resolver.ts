import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Diagnostics } from '../../common/index.js';
import type { VwoUserContext } from '../../model/index.js';
import { shown } from '../../common/index.js';
import { type ResolvedVwoOptions, VWO_OPTIONS } from '../vwo.options.js';
import type { HttpRequest } from './http-request.js';

/**
 * Who is it? Nothing when nobody is known: every flag is off then. Asked once per request.
 * The request waits for the answer as it waits for a guard, however long: what it calls needs a deadline of its own.
 */
export type VwoUserResolver = (
  context: ExecutionContext,
) => VwoUserContext | null | undefined | Promise<VwoUserContext | null | undefined>;

/** Finds the user of a request. Whatever goes wrong, the request goes on: nobody is known then. */
@Injectable()
export class UserResolver {
  constructor(
    @Inject(VWO_OPTIONS) private readonly options: Pick<ResolvedVwoOptions, 'user'>,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** A promise only where the option `user` gives one. */
  resolve(
    context: ExecutionContext,
    request: HttpRequest,
  ): VwoUserContext | undefined | Promise<VwoUserContext | undefined> {
    try {
      const given = this.options.user ? this.options.user(context) : loggedIn(request);
      if (isPromise(given)) return this.settled(given, request);
      return this.completed(given, request);
    } catch (error) {
      return this.failed('threw', error);
    }
  }

  private async settled(
    given: PromiseLike<VwoUserContext | null | undefined>,
    request: HttpRequest,
  ): Promise<VwoUserContext | undefined> {
    try {
      return this.completed(await given, request);
    } catch (error) {
      return this.failed('rejected', error);
    }
  }

  private completed(given: VwoUserContext | null | undefined, request: HttpRequest): VwoUserContext | undefined {
    if (given === undefined || given === null) return undefined;
    const id = userId(given.id);
    if (id === undefined) return this.nonsense(given);
    if (id === '') return undefined;
    return {
      ...given,
      id,
      userAgent: given.userAgent ?? header(request, 'user-agent'),
      ipAddress: given.ipAddress ?? request.ip ?? request.socket?.remoteAddress,
    };
  }

  private failed(how: string, error: unknown): undefined {
    this.diagnostics.count('userFailures');
    const reason = error instanceof Error ? error.message : String(error);
    this.diagnostics.warn(
      'user',
      `The option \`user\` ${how}: ${reason}. Flags are off for these requests; they go on.`,
    );
    return undefined;
  }

  private nonsense(given: VwoUserContext): undefined {
    this.diagnostics.count('userFailures');
    const came = typeof given === 'object' ? `the id ${shown(given.id)}` : shown(given);
    this.diagnostics.warn(
      'user-id',
      `A user must have an id that is a string or a number, got ${came}. ` +
        'Flags are off for these requests; they go on. Cure: `user: (context) => ({ id: String(…) })`.',
    );
    return undefined;
  }
}

/** Whom guards such as Passport's left on the request: `request.user.id`, else `request.user.sub`. */
function loggedIn({ user }: HttpRequest): VwoUserContext | undefined {
  if (typeof user !== 'object' || user === null) return undefined;
  const { id, sub } = user as { readonly id?: unknown; readonly sub?: unknown };
  const found = id ?? sub;
  // What is not a string is turned into one, or refused, where every user's id is.
  return found === undefined || found === null ? undefined : { id: found as string };
}

/** An empty string when there is none; undefined when it is no id at all. */
function userId(id: unknown): string | undefined {
  if (typeof id === 'string') return id.trim() === '' ? '' : id;
  if (id === undefined || id === null) return undefined;
  return typeof id === 'bigint' || Number.isFinite(id) ? String(id) : undefined;
}

function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers?.[name];
  return typeof value === 'string' ? value : undefined;
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === 'function';
}
