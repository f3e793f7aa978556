import {
  areSendable,
  type Decider,
  isKnownEvent,
  type Properties,
  type SendOutcome,
  type VisitInputs,
  type VwoAttributes,
} from '../client/index.js';
import type { Diagnostics } from '../common/index.js';
import type { Decision } from '../model/index.js';
import { type CompiledSettings, decide } from './engine/index.js';
import type { FmeEvent } from './events/fme-event.js';

const NONE: readonly never[] = [];
const NOT_SENT: SendOutcome<FmeEvent> = { sent: false, records: NONE, events: NONE, refused: 0 };
const SENT_SILENTLY: SendOutcome<FmeEvent> = { ...NOT_SENT, sent: true };

/** Decides for one visit by the engine. */
export class FmeDecider implements Decider<FmeEvent> {
  constructor(
    private readonly inputs: VisitInputs<CompiledSettings, FmeEvent>,
    private readonly diagnostics: Diagnostics,
    /** Whether anybody hears notices. */
    private readonly tells: boolean,
  ) {}

  decide(key: string): Decision {
    const { settings, user, records } = this.inputs;
    return decide(settings, key, user, records, this.tells);
  }

  track(eventName: string, properties: Properties | undefined): SendOutcome<FmeEvent> {
    if (!isKnownEvent(this.diagnostics, this.inputs.settings.eventNames, eventName)) return NOT_SENT;
    if (this.isSilent) return SENT_SILENTLY;
    const outcome = sent({ name: 'custom', eventName, properties });
    return this.tells ? { ...outcome, notice: { eventName, api: 'trackEvent' } } : outcome;
  }

  setAttribute(attributes: VwoAttributes): SendOutcome<FmeEvent> {
    if (!areSendable(this.diagnostics, attributes)) return NOT_SENT;
    if (this.isSilent) return SENT_SILENTLY;
    return sent({ name: 'vwo_syncVisitorProp', attributes: { ...attributes } });
  }

  /** Dev mode, in the settings and for this user: everything works, and nothing is sent. */
  private get isSilent(): boolean {
    return this.inputs.settings.devMode && this.inputs.user.isDevMode === true;
  }
}

function sent(event: FmeEvent): SendOutcome<FmeEvent> {
  return { sent: true, records: NONE, events: [event], refused: 0 };
}
