import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { VwoStats } from '../client/index.js';
import { knownKeys, oneOf, OneInProcess } from '../common/index.js';
import { VisitOpeners } from '../nest/index.js';
import { type HealthDetails, healthDetails, isDegraded } from './health-details.js';

export interface VwoHealthOptions {
  /** Which account: the `name` of its `VwoModule`. @default the one without a name */
  readonly client?: string;
  /** Whether an account that is degraded is still up for whoever asks, or down as well. @default 'up' */
  readonly degraded?: 'up' | 'down';
}

/**
 * How an account is doing, for `@nestjs/terminus`. `down`: there are no settings, so every flag is off. Degraded: flags are decided, but
 * the storage, VWO's collector of events or the source of settings is away; `away` says which, and since when. Terminus 12 shows that as
 * `degraded` (200), Terminus 11, which knows up and down only, as `up` with the same details. Asks nobody: it tells what the client knows.
 *
 * ```ts
 * @Module({ imports: [TerminusModule], controllers: [HealthController], providers: [VwoHealthIndicator] })
 * export class HealthModule {}
 *
 * // in HealthController
 * return this.health.check([() => this.vwo.check('vwo'), () => this.vwo.check('partners', { client: 'partners' })]);
 * ```
 */
@OneInProcess('VwoHealthIndicator')
@Injectable()
export class VwoHealthIndicator {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
  ) {}

  /**
   * Throws `VwoOptionsError` for a client that is not there, and for options that do not exist.
   * @param key under which the result stands
   */
  check<const Key extends string>(key: Key, options: VwoHealthOptions = {}): HealthIndicatorResult<Key> {
    knownKeys('VwoHealthIndicator.check(key, options)', options, ['client', 'degraded']);
    const asDegraded = oneOf('degraded', options.degraded ?? 'up', ['up', 'down']);
    const stats = this.statsOf(options.client);
    const details = healthDetails(stats);
    const session = this.indicators.check(key);
    if (!stats.settings.available) return session.down(details);
    if (!isDegraded(stats)) return session.up(details);
    if (asDegraded === 'down') return session.down(details);
    return knowsDegraded(session) ? session.degraded(details) : session.up(details);
  }

  private statsOf(name: string | undefined): VwoStats {
    return this.modules.get(VisitOpeners, { strict: false }).get(name).client.stats();
  }
}

interface KnowsDegraded<Key extends string> {
  degraded(details: HealthDetails): HealthIndicatorResult<Key>;
}

/** Terminus does from 12 on. */
function knowsDegraded<Session extends object, Key extends string>(
  session: Session,
): session is Session & KnowsDegraded<Key> {
  return 'degraded' in session;
}
