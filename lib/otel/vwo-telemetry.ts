import { clientOf, type VwoClient } from '../client/index.js';
import { VERSION } from '../common/index.js';
import { measureCalls } from './call.metrics.js';
import { traceCalls } from './call.spans.js';
import { accountAttributes } from './evaluation.attributes.js';
import { emitEvaluations } from './evaluation.events.js';
import { observeStats } from './stats.metrics.js';
import { resolveTelemetryOptions, type VwoTelemetryOptions } from './telemetry.options.js';

/** The instrumentation scope of everything that is told to OpenTelemetry. */
const SCOPE = 'nestjs-vwo';

/**
 * What an account does, told to OpenTelemetry from now on: metrics, and an event for each evaluation of a flag; spans where they are asked
 * for. Without an SDK of OpenTelemetry's nothing comes of it.
 *
 * ```ts
 * const telemetry = new VwoTelemetry(client); // or a VwoService
 * telemetry.stop();
 * ```
 */
export class VwoTelemetry {
  private readonly ends: (() => void)[] = [];

  /**
   * Throws `VwoOptionsError` for options that cannot be.
   * @param vwo the `VwoService` of an application, or a client; for several accounts, one `VwoTelemetry` each
   */
  constructor(vwo: VwoClient | { readonly client: VwoClient }, options: VwoTelemetryOptions = {}) {
    const client = clientOf(vwo);
    const { meterProvider, loggerProvider, tracerProvider, contextId } = resolveTelemetryOptions(options);
    const { account } = client;
    const attributes = accountAttributes(account);
    const meter = meterProvider?.getMeter(SCOPE, VERSION);
    if (meter) this.ends.push(observeStats(meter, client, attributes));
    if (!account) return; // a client of another kind, which tells nothing on the channels
    if (meter) this.ends.push(...measureCalls(meter, account, attributes));
    if (loggerProvider) this.ends.push(emitEvaluations(loggerProvider.getLogger(SCOPE, VERSION), account, contextId));
    if (tracerProvider) this.ends.push(...traceCalls(tracerProvider.getTracer(SCOPE, VERSION), account, attributes));
  }

  /** Nothing is told from now on. Calling it twice is fine. */
  stop(): void {
    for (const end of this.ends.splice(0)) end();
  }
}
