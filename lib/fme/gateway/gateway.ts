import { LRUCache } from 'lru-cache';
import type { Clock } from '../../common/index.js';
import type { Diagnostics } from '../../common/index.js';
import { type GatewayFacts, isObject, listKey, type VwoUserContext } from '../../model/index.js';
import { type GatewayQuestions } from '../engine/index.js';
import { type Query, type Transport, urlOf } from '../../transport/index.js';
import { errorText } from '../../common/index.js';
import { VwoTransportError } from '../../common/index.js';

/** Calls under way at once; past it a fact is left out. A gateway that hangs must not collect sockets. */
const MAX_CONCURRENT_CALLS = 256;
/** Bound of the cache in characters of keys: user agents are as long as their senders like. */
const CACHE_CHARACTERS = 4_000_000;

export interface GatewayClientOptions {
  transport: Transport;
  /** VWO's gateway service, without a trailing slash. */
  url: string;
  accountId: string;
  /** How long one call may take, in ms. */
  timeout: number;
  /** How long an answer is kept, in ms; 0 keeps none. */
  cacheFor: number;
  /** Answers kept at most. @default 10,000 */
  maxEntries?: number;
  diagnostics: Diagnostics;
  clock: Clock;
}

type AskingUser = Pick<VwoUserContext, 'userAgent' | 'ipAddress'>;
type Details = Pick<GatewayFacts, 'location' | 'userAgent'>;

/** VWO's gateway: where a user is, with what browser, and on which lists. */
export class Gateway {
  private readonly answers: LRUCache<string, { readonly answer: unknown; readonly until: number }>;
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(private readonly options: GatewayClientOptions) {
    this.answers = new LRUCache({
      max: options.maxEntries ?? 10_000,
      maxSize: CACHE_CHARACTERS,
      sizeCalculation: (_answer, key) => key.length,
    });
  }

  /** Everything that could be learnt in time. Never rejects: what the gateway does not say is left out. */
  async facts(user: AskingUser, questions: GatewayQuestions): Promise<GatewayFacts> {
    const lists = new Map<string, boolean>();
    const [details] = await Promise.all([
      questions.details ? this.details(user) : undefined,
      ...questions.lists.map(async ({ listId, attribute }) => {
        const answer = await this.ask('/check-attribute', { attribute, listId });
        if (answer !== undefined) lists.set(listKey(listId, attribute), isMember(answer));
      }),
    ]);
    return { ...details, lists };
  }

  private async details({ userAgent, ipAddress }: AskingUser): Promise<Details> {
    if (!userAgent && !ipAddress) return {};
    const query = { ...(userAgent ? { userAgent } : {}), ...(ipAddress ? { ipAddress } : {}) };
    const answer = await this.ask('/get-user-details', query);
    if (!isObject(answer)) return {};
    return {
      ...(isObject(answer.location) ? { location: answer.location } : {}),
      ...(isObject(answer.userAgent) ? { userAgent: answer.userAgent } : {}),
    };
  }

  /** The answer, kept or fetched; undefined when there is none. Questions that are alike share one call. */
  private ask(path: string, query: Query): Promise<unknown> {
    const { url, accountId, clock } = this.options;
    const asked = urlOf(url, path, { ...query, accountId });
    const known = this.answers.get(asked);
    if (known && clock.monotonic() < known.until) return Promise.resolve(known.answer);
    const shared = this.underWay.get(asked);
    if (shared) return shared;
    const call = this.fetch(asked).finally(() => this.underWay.delete(asked));
    this.underWay.set(asked, call);
    return call;
  }

  private async fetch(asked: string): Promise<unknown> {
    const { transport, timeout, cacheFor, diagnostics, clock } = this.options;
    diagnostics.count('gatewayCalls');
    try {
      if (this.underWay.size >= MAX_CONCURRENT_CALLS)
        throw new VwoTransportError(`${MAX_CONCURRENT_CALLS} calls are under way already`);
      const answer = await transport.get(asked, { timeout });
      if (cacheFor > 0) this.answers.set(asked, { answer, until: clock.monotonic() + cacheFor });
      diagnostics.recovered('gateway', "VWO's gateway answers again.");
      return answer;
    } catch (error) {
      diagnostics.count('gatewayFailures');
      diagnostics.warn(
        'gateway',
        `VWO's gateway: ${errorText(error)}. ` +
          'Rules that ask for location, browser or lists do not match meanwhile.',
      );
      return undefined;
    }
  }
}

/** `false`, `'false'`, nothing and `{ status: 0 }` say no, as to the official SDK. */
function isMember(answer: unknown): boolean {
  return Boolean(answer) && answer !== 'false' && !(isObject(answer) && answer.status === 0);
}
