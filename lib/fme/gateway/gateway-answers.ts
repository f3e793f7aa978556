import { LRUCache } from 'lru-cache';
import type { Clock } from '../../common/index.js';
import { frozenCopy } from '../../model/index.js';

/** Bound of what is kept, in characters of URLs: user agents are as long as their senders like. */
const MAX_URL_CHARACTERS = 4_000_000;

export interface GatewayAnswersOptions {
  readonly clock: Clock;
  /** How long an answer is kept, in ms; 0 keeps none. */
  readonly cacheFor: number;
  /** Answers kept at most. @default 10,000 */
  readonly maxEntries?: number;
}

interface KeptAnswer {
  readonly answer: unknown;
  /** On the monotonic clock, in ms. */
  readonly until: number;
}

/** What the gateway answered, by URL: kept for a while, and asked once by all who ask the same at the same moment. */
export class GatewayAnswers {
  private readonly kept: LRUCache<string, KeptAnswer>;
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(private readonly options: GatewayAnswersOptions) {
    this.kept = new LRUCache({
      max: options.maxEntries ?? 10_000,
      maxSize: MAX_URL_CHARACTERS,
      sizeCalculation: (_answer, url) => url.length,
    });
  }

  /**
   * The answer, kept or fetched, frozen: many users share it. Undefined when there is none.
   * @param fetch gives the answer, or undefined; never rejects
   */
  of(url: string, fetch: (url: string) => Promise<unknown>): Promise<unknown> {
    const kept = this.kept.get(url);
    if (kept && this.options.clock.monotonic() < kept.until) return Promise.resolve(kept.answer);
    const shared = this.underWay.get(url);
    if (shared) return shared;
    const call: Promise<unknown> = fetch(url).then((answer) => this.arrived(url, call, frozenCopy(answer)));
    this.underWay.set(url, call);
    return call;
  }

  /** Makes the next one who asks this get a new answer: what is kept or under way may be out of date. */
  forget(url: string): void {
    this.kept.delete(url);
    this.underWay.delete(url);
  }

  private arrived(url: string, call: Promise<unknown>, answer: unknown): unknown {
    if (this.underWay.get(url) !== call) return answer; // forgotten meanwhile
    this.underWay.delete(url);
    const { cacheFor, clock } = this.options;
    if (answer !== undefined && cacheFor > 0) this.kept.set(url, { answer, until: clock.monotonic() + cacheFor });
    return answer;
  }
}
