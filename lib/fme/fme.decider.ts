import { type Decider, NO_EFFECTS, type SendOutcome, type VisitInputs, type VwoAttributes } from '../client/index.js';
import type { Decision, JsonObject } from '../model/index.js';
import { type CompiledSettings, decide } from './engine/index.js';
import type { FmeEvent } from './events/fme-event.js';
import type { SendGuard } from './send-guard.js';

/** Decides for one visit by the engine. */
export class FmeDecider implements Decider<FmeEvent> {
  constructor(
    private readonly inputs: VisitInputs<CompiledSettings, FmeEvent>,
    private readonly guard: SendGuard,
    /** Whether there is an `integrations.callback`. */
    private readonly tells: boolean,
  ) {}

  has(key: string): boolean {
    return this.inputs.settings.has(key);
  }

  decide(key: string): Decision {
    const { settings, user, records } = this.inputs;
    return decide(settings, key, user, records, this.tells);
  }

  track(eventName: string, properties: JsonObject | undefined): SendOutcome<FmeEvent> {
    return this.guard.track(this.inputs, eventName, () => {
      const outcome = sent({ name: 'custom', eventName, properties });
      return this.tells ? { ...outcome, notice: { eventName, api: 'trackEvent' } } : outcome;
    });
  }

  setAttribute(attributes: VwoAttributes): SendOutcome<FmeEvent> {
    return this.guard.setAttribute(this.inputs, attributes, () =>
      sent({ name: 'vwo_syncVisitorProp', attributes: { ...attributes } }),
    );
  }
}

function sent(event: FmeEvent): SendOutcome<FmeEvent> {
  return { ...NO_EFFECTS, sent: true, events: [event] };
}
