import {
  type Decider,
  type DecisionOutcome,
  NOT_SENT,
  offOutcome,
  type SendOutcome,
  type VisitInputs,
  type VwoAttributes,
} from '../client/index.js';
import { type Diagnostics, errorText, shown } from '../common/index.js';
import type { SendGuard, Sending } from '../fme/index.js';
import type { JsonObject, StoredRecords } from '../model/index.js';
import { DecisionVariants, MAX_VARIANTS } from './decision-variants.js';
import type { InstalledSettings } from './host/installed-settings.js';
import { callerWithoutFlag, type OfficialSdkCaller } from './host/official-sdk.caller.js';
import type { SdkEventWriter, SdkWriting } from './sdk.event-writer.js';
import type { SdkEvent } from './sdk.events.js';
import { type DecisionReader, SdkDecision } from './sdk.decision.js';
import { OrderedEvents } from './ordered-events.js';
import type { SdkHost } from './host/sdk.host.js';

/** The SDK writes the event, and the visit gets it a moment later. */
const BEING_WRITTEN: SendOutcome<SdkEvent> = { ...NOT_SENT, sent: true };

/** What the deciders of one client share. */
export interface SdkDeciderParts {
  readonly host: SdkHost;
  readonly writer: SdkEventWriter;
  readonly guard: SendGuard;
  readonly diagnostics: Diagnostics;
  /** Tells `integrations.callback`. */
  readonly onIntegration: OfficialSdkCaller['onIntegration'];
}

/** One visit: its flags are decided by VWO's SDK before they are read, as the SDK is asynchronous. */
export class SdkDecider implements Decider<SdkEvent> {
  private readonly variants: DecisionVariants;
  private readonly events: OrderedEvents;
  /** Takes what the SDK sends for a flag after it was read. */
  private readonly late: DecisionReader;

  constructor(
    private readonly inputs: VisitInputs<InstalledSettings, SdkEvent>,
    private readonly parts: SdkDeciderParts,
  ) {
    this.variants = new DecisionVariants(inputs.records, (key, state) => this.ask(key, state));
    this.events = new OrderedEvents(inputs.visit);
    this.late = { onEvent: (event) => this.events.add(event), onIntegration: parts.onIntegration };
  }

  /** Has the SDK decide these flags, in bounded time. Never rejects: those that it does not decide are off. */
  async askAhead(keys: readonly string[]): Promise<this> {
    await this.parts.host.forOneVisit((isAwaited) => this.variants.add(keys, isAwaited));
    return this;
  }

  has(key: string): boolean {
    return this.inputs.settings.compiled.has(key);
  }

  decide(key: string): DecisionOutcome<SdkEvent> {
    const decision = this.variants.find(key) ?? this.asFirst(key);
    if (decision) {
      const outcome = decision.readBy(this.late);
      return { ...outcome, events: this.events.inOrder(outcome.events) };
    }
    const reason = this.has(key) ? 'not-said' : 'unknown';
    return offOutcome(key, reason);
  }

  track(eventName: string, properties: JsonObject | undefined): SendOutcome<SdkEvent> {
    const { guard, writer } = this.parts;
    return guard.track(this.sending, eventName, () =>
      this.write((writing) => writer.track(writing, eventName, properties)),
    );
  }

  setAttribute(attributes: VwoAttributes): SendOutcome<SdkEvent> {
    const { guard, writer } = this.parts;
    return guard.setAttribute(this.sending, attributes, () =>
      this.write((writing) => writer.setAttribute(writing, attributes)),
    );
  }

  private get sending(): Sending {
    const { settings, user } = this.inputs;
    return { settings: settings.compiled, user };
  }

  private write(work: (writing: SdkWriting) => void): SendOutcome<SdkEvent> {
    const { settings, user } = this.inputs;
    const { onEvent, close } = this.events.reserve();
    work({ settings, user, caller: callerWithoutFlag(onEvent, this.parts.onIntegration), done: close });
    return BEING_WRITTEN;
  }

  /** For a state of the records that was not asked for. */
  private asFirst(key: string): SdkDecision | undefined {
    const decision = this.variants.first(key);
    if (!decision) return undefined;
    this.parts.diagnostics.warn(
      'sdk-variants',
      `Flag ${shown(key)} was decided as if no other flag had been read in its visit: it depends on which were, and VWO's ` +
        `SDK was not asked for this case. It is asked for ${MAX_VARIANTS} at most, for as long as a visit waits for it.`,
    );
    return decision;
  }

  private async ask(key: string, records: StoredRecords): Promise<SdkDecision | undefined> {
    const { settings, user, visit } = this.inputs;
    if (visit.hasRead(key) || !settings.compiled.has(key)) return undefined;
    const decision = new SdkDecision(key, settings, user, records);
    try {
      decision.settle(await settings.decide(decision, key, user));
      return decision;
    } catch (error) {
      this.parts.host.undecided(errorText(error));
      return undefined;
    }
  }
}
