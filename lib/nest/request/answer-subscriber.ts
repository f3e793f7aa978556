import type { ExecutionContext } from '@nestjs/common';
import type { Subscriber, TeardownLogic } from 'rxjs';
import { inScope } from '../../client/index.js';
import { readInScope } from './read-in-scope.js';
import type { RequestVisits } from './request-visits.js';

/**
 * Hands on what a handler gives, with `save: 'before-response'` once its decisions are saved. To rxjs it is a subscriber, without a
 * subscription of its own: what is added to it is added to the next one. For an observer rxjs would make one, which every request pays for.
 */
export class AnswerSubscriber {
  /** What comes next waits for it, in order. Undefined: nothing waits. */
  private before: Promise<unknown> | undefined = undefined;

  constructor(
    private readonly subscriber: Subscriber<unknown>,
    private readonly visits: RequestVisits,
    private readonly context: ExecutionContext,
  ) {}

  get closed(): boolean {
    return this.subscriber.closed;
  }

  add(teardown: TeardownLogic): void {
    this.subscriber.add(teardown);
  }

  remove(teardown: Exclude<TeardownLogic, void>): void {
    this.subscriber.remove(teardown);
  }

  unsubscribe(): void {
    this.subscriber.unsubscribe();
  }

  next(value: unknown): void {
    const saving = this.visits.savedFirst();
    if (saving) this.before = Promise.all([this.before, saving]);
    if (this.before) this.inOrder(() => this.hand(value));
    else this.hand(value);
  }

  /** In the scope, wherever the stream was broken: the filters of messages run then. */
  error(error: unknown): void {
    this.inOrder(() => inScope(this.visits, () => this.subscriber.error(error)));
  }

  complete(): void {
    if (this.before) this.inOrder(() => this.subscriber.complete());
    else this.subscriber.complete();
  }

  private hand(value: unknown): void {
    this.subscriber.next(readInScope(value, this.visits, this.context));
  }

  /** Never rejects: a save does not, and a subscriber takes everything. */
  private inOrder(hand: () => void): void {
    if (!this.before) return hand();
    this.before = this.before.then(hand);
  }
}
