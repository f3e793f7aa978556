import {
  ErrorCode,
  type EvaluationContext,
  type FlagValueType,
  type JsonValue,
  type Logger,
  type OpenFeatureEventEmitter,
  type Provider,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import { clientOf, type VwoClient } from '../client/index.js';
import { errorText } from '../common/index.js';
import { isEmpty } from '../model/index.js';
import { ContextVisits } from './context-visits.js';
import { featuresIn } from './flag-address.js';
import { ProviderLife } from './provider-life.js';
import { type Asked, failed, faulty, resolvedIn } from './resolution.js';
import { targetOf, variableNamedIn, vwoUserOf } from './user-of-context.js';

/**
 * VWO behind OpenFeature's API.
 *
 * ```ts
 * await OpenFeature.setProviderAndWait(new VwoOpenFeatureProvider(vwoService)); // one account
 * await OpenFeature.setProviderAndWait('partners', new VwoOpenFeatureProvider(partnersService)); // each further one: a domain
 * ```
 *
 * Inside a request, a message or `vwo.run` flags are read in the current visit, the one that `@Flag` and `VwoService` read. Elsewhere,
 * and where `targetingKey` names another user, each evaluation has a brief visit for `targetingKey`.
 *
 * | flag key, evaluated as | is |
 * |---|---|
 * | `feature`, boolean | whether the flag is on |
 * | `feature`, string | the key of its variation |
 * | `feature`, object | all its variables, by name |
 * | `feature.variable`, any type | that variable, where its type is this one |
 */
export class VwoOpenFeatureProvider implements Provider {
  readonly metadata = { name: 'vwo' } as const;
  readonly runsOn = 'server';
  private readonly client: VwoClient;
  private readonly life: ProviderLife;
  private readonly visits: ContextVisits;

  /**
   * Throws `VwoOptionsError` for anything else.
   * @param vwo the `VwoService` of an application, or a client. A client that was not started is started by `initialize` and closed by `onClose`
   */
  constructor(vwo: VwoClient | { readonly client: VwoClient }) {
    this.client = clientOf(vwo);
    this.life = new ProviderLife(this.client);
    this.visits = new ContextVisits(this.client);
  }

  /** PROVIDER_STALE, PROVIDER_CONFIGURATION_CHANGED, and PROVIDER_READY once there are settings (again). */
  get events(): OpenFeatureEventEmitter {
    return this.life.events;
  }

  /** Waits for the client's start, bounded by its `startTimeout`. Rejects where there are no settings then; they may come later. */
  initialize(): Promise<void> {
    return this.life.begin();
  }

  /** Leaves a client alone that somebody else has started. */
  onClose(): Promise<void> {
    return this.life.end();
  }

  resolveBooleanEvaluation(
    flagKey: string,
    defaultValue: boolean,
    context: EvaluationContext,
    logger: Logger,
  ): Promise<ResolutionDetails<boolean>> {
    return this.resolve('boolean', flagKey, defaultValue, context, logger);
  }

  resolveStringEvaluation(
    flagKey: string,
    defaultValue: string,
    context: EvaluationContext,
    logger: Logger,
  ): Promise<ResolutionDetails<string>> {
    return this.resolve('string', flagKey, defaultValue, context, logger);
  }

  resolveNumberEvaluation(
    flagKey: string,
    defaultValue: number,
    context: EvaluationContext,
    logger: Logger,
  ): Promise<ResolutionDetails<number>> {
    return this.resolve('number', flagKey, defaultValue, context, logger);
  }

  resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
    logger: Logger,
  ): Promise<ResolutionDetails<T>> {
    return this.resolve('object', flagKey, defaultValue, context, logger);
  }

  /**
   * Queues a custom event: in the current visit, or for `targetingKey`. `value` is a property `value` of the event; on Full Stack the
   * goal's revenue. What cannot be sent is warned of by the client.
   */
  track(trackingEventName: string, context: EvaluationContext = {}, details: TrackingEventDetails = {}): void {
    const { value, ...others } = details;
    const properties =
      typeof value === 'number' ? this.client.trackedAs(value, others) : this.client.trackedAs(undefined, details);
    const given = isEmpty(properties) ? undefined : properties;
    const visit = this.visits.current(context);
    if (visit) visit.track(trackingEventName, given);
    else this.client.track(vwoUserOf(context), trackingEventName, given);
  }

  /** Never rejects. */
  private async resolve<T extends JsonValue>(
    type: FlagValueType,
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
    logger: Logger,
  ): Promise<ResolutionDetails<T>> {
    const hasTarget = targetOf(context) !== undefined;
    const asked: Asked<T> = { flagKey, type, defaultValue, variable: variableNamedIn(context), hasTarget };
    try {
      const keys = featuresIn(flagKey);
      const resolved = await this.visits.read(context, keys, (visit) => resolvedIn(visit, asked), logger);
      return resolved ?? faulty(asked, this.client.isReady ? 'no-target' : 'no-settings');
    } catch (error) {
      return failed(asked, ErrorCode.GENERAL, errorText(error));
    }
  }
}
