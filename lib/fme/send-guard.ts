import {
  isAttribute,
  NOT_SENT,
  type SendOutcome,
  unsendable,
  type VisitUser,
  type VwoAttributes,
} from '../client/index.js';
import { type Diagnostics, shown } from '../common/index.js';
import type { CompiledSettings } from './engine/index.js';

/** In dev mode: as good as sent. */
const SENT_SILENTLY: SendOutcome<never> = { ...NOT_SENT, sent: true };

/** Whose event it is, and by which settings. */
export interface Sending {
  readonly settings: CompiledSettings;
  readonly user: VisitUser;
}

/** What is looked at before an event of FME's is sent, whoever decides the flags. What cannot be sent is said. */
export class SendGuard {
  constructor(private readonly diagnostics: Diagnostics) {}

  /** Whether the settings know a custom event; a warning, once for each name, where they do not. */
  knows({ eventNames }: CompiledSettings, eventName: string): boolean {
    if (eventNames.has(eventName)) return true;
    this.diagnostics.warnOnce(
      `event:${shown(eventName)}`,
      `Event ${shown(eventName)} was not sent: no feature's metrics in VWO know it. Is it the metric's API name?`,
    );
    return false;
  }

  track<E>(sending: Sending, eventName: string, send: () => SendOutcome<E>): SendOutcome<E> {
    return this.knows(sending.settings, eventName) ? unlessSilent(sending, send) : NOT_SENT;
  }

  setAttribute<E>(sending: Sending, attributes: VwoAttributes, send: () => SendOutcome<E>): SendOutcome<E> {
    const what = unsendable(attributes, isAttribute);
    if (what === undefined) return unlessSilent(sending, send);
    this.diagnostics.warn(
      'attributes',
      `Attributes were not sent: each is a string, a number or a boolean, and ${what}.`,
    );
    return NOT_SENT;
  }
}

/** Dev mode, in the settings and for this user: everything works, and nothing is sent. */
export function isSilent({ settings, user }: Sending): boolean {
  return settings.devMode && user.isDevMode === true;
}

function unlessSilent<E>(sending: Sending, send: () => SendOutcome<E>): SendOutcome<E> {
  return isSilent(sending) ? SENT_SILENTLY : send();
}
