import { type Visit, type VwoChangeListener, VwoClient, type VwoClientChange } from '../../../lib/client/index.js';
import { Diagnostics, type VwoCounters } from '../../../lib/common/index.js';
import { systemClock } from '../../../lib/common/clock.js';
import type { StoredDecisions, UserId, VwoFlag, VwoUserContext } from '../../../lib/model/index.js';

/** What a user has: variables by flag key; a flag that is not there is off. */
export type Flags = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export class FakeVisit implements Visit {
  ends = 0;
  readonly reads: string[] = [];
  readonly readsAfterEnd: string[] = [];
  readonly tracked: string[] = [];

  constructor(
    readonly user: VwoUserContext | undefined,
    readonly keys: readonly string[],
    private readonly flags: Flags,
  ) {}

  flag(key: string): VwoFlag {
    (this.ends > 0 ? this.readsAfterEnd : this.reads).push(key);
    const variables = this.user && this.flags[key];
    return {
      key,
      source: variables ? 'rules' : 'none',
      reason: variables ? 'rollout' : 'nobody',
      variation: variables && { id: 1, key: String(variables.variation ?? 'default'), campaignId: 1, campaignKey: key },
      isEnabled: () => variables !== undefined,
      getVariable: <T>(name: string, otherwise?: T) => (variables?.[name] ?? otherwise) as T,
      getVariables: () => [],
      getUUID: () => 'UUID',
      getSessionId: () => 1,
    };
  }

  track(eventName: string): boolean {
    this.tracked.push(eventName);
    return true;
  }

  setAttribute(): boolean {
    return true;
  }

  end(): Promise<void> {
    this.ends += 1;
    return Promise.resolve();
  }
}

/** A client that shows who opened and ended what; decisions are the engine's business, not this room's. */
export class FakeClient extends VwoClient {
  readonly visits: FakeVisit[] = [];
  readonly tracked: string[] = [];
  readonly calls: string[] = [];
  readonly listeners = new Set<VwoChangeListener>();
  private readonly diagnostics = new Diagnostics(console, systemClock);

  constructor(private readonly flagsOf: (user: VwoUserContext | undefined) => Flags = () => ({})) {
    super();
  }

  /** The only visit there was. Throws when there were several or none. */
  get visitOnly(): FakeVisit {
    const [visit, ...more] = this.visits;
    if (!visit || more.length > 0) throw new Error(`There were ${this.visits.length} visits`);
    return visit;
  }

  override start(): Promise<void> {
    this.calls.push('start');
    return Promise.resolve();
  }

  override onChange(listener: VwoChangeListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell(change: VwoClientChange): void {
    for (const listener of this.listeners) listener(change);
  }

  override visit(user: VwoUserContext | undefined, keys: readonly string[] = []): Promise<Visit> {
    const visit = new FakeVisit(user, keys, this.flagsOf(user));
    this.visits.push(visit);
    return Promise.resolve(visit);
  }

  override track(user: VwoUserContext, eventName: string): boolean {
    this.tracked.push(`${user.id}:${eventName}`);
    return true;
  }

  override setAttribute(user: VwoUserContext, attributes: Readonly<Record<string, unknown>>): boolean {
    this.tracked.push(`${user.id}:${Object.keys(attributes).join()}`);
    return true;
  }

  override setAlias(user: VwoUserContext | undefined, aliasId: UserId): Promise<boolean> {
    this.tracked.push(`${user?.id}=${aliasId}`);
    return Promise.resolve(user !== undefined);
  }

  override storedDecisions(userId: string): Promise<StoredDecisions> {
    return Promise.resolve(new Map([['some-flag', { userId }]]));
  }

  override forget(userId: string): Promise<void> {
    this.calls.push(`forget ${userId}`);
    return Promise.resolve();
  }

  override refresh(): Promise<boolean> {
    this.calls.push('refresh');
    return Promise.resolve(true);
  }

  override flush(): Promise<boolean> {
    this.calls.push('flush');
    return Promise.resolve(true);
  }

  override close(): Promise<void> {
    this.calls.push('close');
    return Promise.resolve();
  }

  override counters(): Readonly<VwoCounters> {
    return this.diagnostics.snapshot();
  }
}
