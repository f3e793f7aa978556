import type { VwoAttributes } from '../client/index.js';
import type { JsonObject } from '../model/index.js';

/** A flag that is on was read: VWO would have counted the user for it. Once per visit and flag. */
export interface VwoExposure {
  /** The user's id. */
  readonly user: string;
  /** The flag's key. */
  readonly key: string;
  /** The key of the variation; `default` for a flag that was set without one. */
  readonly variation: string;
}

/** An event that was tracked (a goal, a metric). */
export interface VwoTrackedEvent {
  /** The user's id. */
  readonly user: string;
  readonly name: string;
  /** As they were when it was tracked; undefined where none were given. */
  readonly properties: JsonObject | undefined;
}

/** Attributes that were set. */
export interface VwoSetAttributes {
  /** The user's id. */
  readonly user: string;
  readonly attributes: VwoAttributes;
}

/** What was seen since the start or the last reset, oldest first. */
export class Seen {
  readonly exposures: VwoExposure[] = [];
  readonly events: VwoTrackedEvent[] = [];
  readonly attributes: VwoSetAttributes[] = [];
  /** Keys that were read and that no test has set. */
  readonly unset = new Set<string>();

  clear(): void {
    this.exposures.length = 0;
    this.events.length = 0;
    this.attributes.length = 0;
    this.unset.clear();
  }
}
