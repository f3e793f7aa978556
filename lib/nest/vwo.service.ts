import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import { isObservable, Observable } from 'rxjs';
import {
  currentScope,
  currentVisit,
  decidedFlag,
  inScope,
  type Visit,
  type VwoAttributes,
  type VwoClient,
  type VwoClientChange,
  type VwoStats,
} from '../client/index.js';
import { type Diagnostics, errorText, OneInProcess, type VwoCounters, VwoOutsideVisitError } from '../common/index.js';
import type {
  FlagKey,
  FlagVariables,
  JsonObject,
  KnownFlagKey,
  KnownKey,
  LooseFlagKey,
  StoredDecisions,
  UserId,
  VariableName,
  VariableOr,
  VariableValue,
  VwoFlag,
  VwoUserContext,
} from '../model/index.js';
import type { ReadsFlags } from './reads-flags.js';
import { nobodysVisit } from './request/nobodys-visit.js';
import { type GivenUser, type VisitOpener, WorkScope } from './request/index.js';

/**
 * What an application injects: one for all requests; "the current visit" is that of the request it is called in.
 *
 * | | |
 * |---|---|
 * | `flag`, `isEnabled`, `variable`, `track`, `setAttribute`, `setAlias` | for the user of the current visit |
 * | `run` | makes a visit the current one for some work: jobs, messages, somebody else |
 * | `visit` | opens a visit that is nobody's current one |
 * | `open`, `of` | the visit of a request: opened in a guard, found in an exception filter |
 * | `client` | the same account for code that knows nothing of Nest |
 */
@OneInProcess('VwoService')
export class VwoService implements ReadsFlags<undefined> {
  /** Injected: an application makes none. @internal */
  constructor(
    /** The client behind it, with what there is of one account without Nest: for `nestjs-vwo/openfeature`, and for code that takes a client. */
    readonly client: VwoClient,
    private readonly opener: VisitOpener,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** Settles when the first settings are in use, or when the application closes before; never rejects. */
  get ready(): Promise<void> {
    return this.client.ready;
  }

  /**
   * What changes from the subscription on: new settings (the first ones, too), settings that cannot be fetched or come again,
   * a storage that fails or works again, events that cannot be sent or are sent again. Never completes or fails; unsubscribing ends it.
   */
  readonly changes: Observable<VwoClientChange> = new Observable((subscriber) =>
    this.client.onChange((change) => subscriber.next(change)),
  );

  /**
   * The flag, for the user of the current visit: decided at the first read, then the same object. Throws
   * `VwoOutsideVisitError` outside a visit, `VwoUndeclaredFlagError` with `preload: 'declared'` for a flag that was not
   * declared, and `VwoUndecidedFlagError` on VWO's own SDK, which decides what is declared when the visit opens.
   */
  flag<Key extends FlagKey>(key: Key): VwoFlag<KnownKey<Key>> {
    return this.current('Flag', 'was read', key).flag(key);
  }

  /** Whether the flag is on for the user of the current visit. Throws as `flag` does. */
  isEnabled(key: FlagKey): boolean {
    return decidedFlag(this.current('Flag', 'was read', key), key).isEnabled();
  }

  /** A variable of the flag, or the default when this user has none. Throws as `flag` does. */
  variable<T>(key: LooseFlagKey, variable: string, defaultValue: T): T;
  variable<
    Key extends KnownFlagKey,
    Name extends VariableName<FlagVariables<Key>>,
    Default extends VariableValue<FlagVariables<Key>, Name> | null | undefined,
  >(key: Key, variable: Name, defaultValue: Default): VariableOr<FlagVariables<Key>, Name, Default>;
  variable<T>(key: FlagKey, variable: string, defaultValue: T): T {
    return decidedFlag(this.current('Flag', 'was read', key), key).getVariable(variable, defaultValue);
  }

  /**
   * Does work for a user outside any request (a queue, a script, a message handler), or inside one for somebody else.
   * Settles with what `work` gives, after its decisions were saved. An Observable reads flags as long as it is subscribed:
   * the visit ends with it.
   *
   * ```ts
   * await this.vwo.run({ id: job.userId }, () => this.mailer.send(job)); // reads flags anywhere below
   * ```
   *
   * @param keys the flags that are read: needed with `preload: 'declared'` and on VWO's own SDK
   */
  async run<T>(
    user: VwoUserContext<UserId> | undefined,
    work: (visit: Visit) => T | Promise<T>,
    keys?: readonly FlagKey[],
  ): Promise<T> {
    const visit = await this.client.visit(user, keys);
    const scope = new WorkScope(this.client, this.opener.name, visit, currentScope());
    let streams = false;
    try {
      const result = await inScope(scope, () => work(visit));
      streams = isObservable(result);
      return isObservable(result) ? (streamIn(scope, visit, result) as T) : result;
    } finally {
      if (!streams) await visit.end();
    }
  }

  /** For `@WithVisit`: whom the work is for. Whatever goes wrong, the work goes on: nobody is known then. Never rejects. @internal */
  async userOf(
    where: string,
    find: () => GivenUser<UserId> | Promise<GivenUser<UserId>>,
  ): Promise<VwoUserContext<UserId> | undefined> {
    try {
      return (await find()) ?? undefined;
    } catch (error) {
      this.diagnostics.count('userFailures');
      const what = `The user function of ${where} failed: ${errorText(error)}`;
      this.diagnostics.warn('user-of-work', `${what}. Flags are off for this work; it goes on.`);
      return undefined;
    }
  }

  /** For `@WithVisit()`: whom the option `user` names. Never rejects. @internal */
  userAt(context: ExecutionContext): Promise<VwoUserContext | undefined> {
    return this.opener.userAt(context);
  }

  /**
   * Opens a visit that is not the current one for anybody. Whoever opened it calls `end()`.
   * @param keys as for `run`
   */
  visit(user: VwoUserContext<UserId> | undefined, keys?: readonly FlagKey[]): Promise<Visit> {
    return this.client.visit(user, keys);
  }

  /**
   * For a guard of yours, which runs before the visit is there: opens it, or gives the one that is open.
   * Whoever opens first decides who the user is, so let it run after the guard that authenticates.
   */
  async open(context: ExecutionContext): Promise<Visit> {
    return (await this.opener.openInGuard(context)) ?? nobodysVisit;
  }

  /**
   * For an exception filter, which runs outside the current visit: the visit of this request. Never throws;
   * where the request failed before a visit was opened (an unknown route, an earlier guard), every flag is off.
   */
  of(host: ArgumentsHost): Visit {
    return this.opener.find(host);
  }

  /**
   * Queues a custom event of the current visit's user. False (and one warning) when nobody is known or the settings do not
   * know the event. Throws `VwoOutsideVisitError` outside a visit, unless `user` is given.
   * @param user another user, in or outside a visit
   */
  track(eventName: string, properties?: JsonObject, user?: VwoUserContext<UserId>): boolean {
    if (user) return this.client.track(user, eventName, properties);
    return this.current('Event', 'was tracked', eventName).track(eventName, properties);
  }

  /** Queues attributes of the current visit's user, or of `user`; otherwise as `track`. */
  setAttribute(attributes: VwoAttributes, user?: VwoUserContext<UserId>): boolean {
    if (user) return this.client.setAttribute(user, attributes);
    return this.current('Attributes', 'were set').setAttribute(attributes);
  }

  /**
   * Tells VWO another id of the current visit's user, or of `user`: see `VwoClient.setAlias`. False, and a warning, where it
   * cannot be set. Rejects with `VwoOutsideVisitError` outside a visit, unless `user` is given.
   * @param aliasId text, a finite number or a bigint; the visits of this id are the user's from their next one on
   * @param user another user, in or outside a visit
   */
  async setAlias(aliasId: UserId, user?: VwoUserContext<UserId>): Promise<boolean> {
    if (user) return this.client.setAlias(user, aliasId);
    return this.client.setAlias(this.current('An alias', 'was set').user, aliasId);
  }

  /** @deprecated Full Stack's name for `setAttribute`. */
  push(tags: VwoAttributes): boolean {
    return this.setAttribute(tags);
  }

  /** Everything that is stored for a user. Rejects when the storage does. */
  storedDecisions(userId: string): Promise<StoredDecisions> {
    return this.client.storedDecisions(userId);
  }

  /** Deletes everything that is stored for a user. Rejects when the storage does. */
  forget(userId: string): Promise<void> {
    return this.client.forget(userId);
  }

  /** Fetches the settings now. True when they changed; rejects when they could not be fetched (the last good stay). */
  refresh(): Promise<boolean> {
    return this.client.refresh();
  }

  /**
   * Sends what is queued now, and what open visits have waiting. True when all of it has left. While VWO asks to be left alone
   * (`Retry-After`) nothing is sent. Saves are not waited for.
   */
  flush(): Promise<boolean> {
    return this.client.flush();
  }

  /** What was counted since the start: the client's counts, and the failures of the option `user`. */
  counters(): Readonly<VwoCounters> {
    const counted = this.client.counters();
    return { ...counted, userFailures: counted.userFailures + this.diagnostics.counters.userFailures };
  }

  /**
   * How this account is doing: what `counters()` gives, and the states of settings, storage and events with since when.
   * A frozen copy.
   */
  stats(): VwoStats {
    return Object.freeze({ ...this.client.stats(), counters: Object.freeze(this.counters()) });
  }

  private current(what: string, was: string, name?: string): Visit {
    const visit = currentVisit(this.client);
    if (visit) return visit;
    throw new VwoOutsideVisitError(
      name === undefined ? `${what} ${was}` : `${what} "${name}" ${was}`,
      this.opener.name,
    );
  }
}

/** The stream, subscribed in the scope of its visit, which ends with it. */
function streamIn<T>(scope: WorkScope, visit: Visit, stream: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    subscriber.add(() => void visit.end()); // never rejects
    return inScope(scope, () => stream.subscribe(subscriber));
  });
}
