import type { Clock } from '../clock.js';
import type { Diagnostics } from '../diagnostics.js';
import type { GatewayFacts, VwoUserContext } from '../engine/index.js';
import type { Transport } from '../transport/index.js';

export interface GatewayOptions {
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

/** What the compiled settings need to know of one user. */
export interface GatewayQuestions {
  /** Location and user agent. */
  readonly details: boolean;
  /** Membership of lists (`inlist`): which list, and the user's value. */
  readonly lists: readonly { readonly listId: string; readonly attribute: string }[];
}

/** VWO's gateway: where a user is, with what browser, and on which lists. */
export class Gateway {
  constructor(private readonly options: GatewayOptions) {}

  /** Everything that could be learnt in time. Never rejects: what the gateway does not say is left out. */
  facts(_user: Pick<VwoUserContext, 'userAgent' | 'ipAddress'>, _questions: GatewayQuestions): Promise<GatewayFacts> {
    void this.options;
    throw new Error('in the making');
  }
}
