import type { GatewayFacts, VwoUserContext } from '../../model/index.js';
import type { Query } from '../../transport/index.js';
import type { GatewayQuestions } from '../engine/index.js';
import { GatewayAnswers, type GatewayAnswersOptions } from './gateway-answers.js';
import { GatewayCalls, type GatewayCallsOptions } from './gateway-calls.js';
import { userFacts } from './user-facts.js';

export interface GatewayClientOptions extends GatewayCallsOptions, GatewayAnswersOptions {}

/** VWO's gateway service: what it knows of users. Each question takes `timeout` at most, and no call rejects. */
export class Gateway {
  private readonly calls: GatewayCalls;
  private readonly answers: GatewayAnswers;

  constructor(options: GatewayClientOptions) {
    this.calls = new GatewayCalls(options);
    this.answers = new GatewayAnswers(options);
  }

  /** What could be learnt in time: what the gateway does not say is left out. */
  facts(user: Pick<VwoUserContext, 'userAgent' | 'ipAddress'>, questions: GatewayQuestions): Promise<GatewayFacts> {
    const otherwise = 'Rules that ask for location, browser or lists do not match meanwhile.';
    return userFacts((path, query) => this.ask(path, query, otherwise), user, questions);
  }

  /**
   * The answer to a question; undefined when there is none.
   * @param otherwise what happens without one, for the log
   */
  ask(path: string, query: Query, otherwise: string): Promise<unknown> {
    return this.answers.of(this.calls.urlOf(path, query), (url) => this.calls.get(url, otherwise));
  }

  /** Makes the next question of this kind get a new answer. */
  forget(path: string, query: Query): void {
    this.answers.forget(this.calls.urlOf(path, query));
  }

  /** Whether the gateway took what it was told. */
  tell(path: string, query: Query, body: object, otherwise: string): Promise<boolean> {
    return this.calls.post(this.calls.urlOf(path, query), body, otherwise);
  }
}
