/** What is counted; every number only grows. */
export interface VwoCounters {
  /** Flags decided by rules, not from storage. */
  decisions: number;
  visits: number;
  storageReads: number;
  /** Reads that threw, rejected, answered nonsense or took longer than `storageTimeout`. */
  storageReadFailures: number;
  /** Of those, the reads that took longer than `storageTimeout`. */
  storageReadTimeouts: number;
  /** Visits for which the storage was not asked, because it was known to fail. */
  storageReadsSkipped: number;
  storageWrites: number;
  /** Saves that threw, rejected or took longer than 5 s, repeated ones too. What they held is kept, and saved again. */
  storageWriteFailures: number;
  /** Records kept in memory, because the storage could not be read or written, until they are saved. */
  storageRecordsKept: number;
  /** Kept records that were lost: there were too many, or the client closed before they could be saved. */
  storageRecordsDropped: number;
  /** Stored records that were not this user's or this feature's, or could not be read. */
  storageRecordsRefused: number;
  settingsFetches: number;
  settingsFailures: number;
  /** Changed settings that were taken from the settings store instead of VWO: another instance had fetched them. */
  settingsTaken: number;
  /** Calls of the settings store that threw, rejected, answered nonsense or took longer than a second. */
  settingsStoreFailures: number;
  eventsQueued: number;
  eventsSent: number;
  /** Events put back to be sent again; one that is put back three times counts three times. */
  eventsRetried: number;
  /** Events given up: the queue was full, VWO refused them, or the shutdown deadline passed. `stats().events.dropped` says why. */
  eventsDropped: number;
  /** Requests with events that were not accepted. */
  eventBatchFailures: number;
  gatewayCalls: number;
  gatewayFailures: number;
  /** `user` resolvers that threw. */
  userFailures: number;
  /** Functions of the application's that threw or rejected: `onDecision`, `integrations.callback`, listeners, the logger. */
  hookFailures: number;
}

export const NO_COUNTS: Readonly<VwoCounters> = {
  decisions: 0,
  visits: 0,
  storageReads: 0,
  storageReadFailures: 0,
  storageReadTimeouts: 0,
  storageReadsSkipped: 0,
  storageWrites: 0,
  storageWriteFailures: 0,
  storageRecordsKept: 0,
  storageRecordsDropped: 0,
  storageRecordsRefused: 0,
  settingsFetches: 0,
  settingsFailures: 0,
  settingsTaken: 0,
  settingsStoreFailures: 0,
  eventsQueued: 0,
  eventsSent: 0,
  eventsRetried: 0,
  eventsDropped: 0,
  eventBatchFailures: 0,
  gatewayCalls: 0,
  gatewayFailures: 0,
  userFailures: 0,
  hookFailures: 0,
};

/**
 * Why events are given up.
 *
 * - `'full'`: more waited than `events.maxQueue` allows; the oldest went.
 * - `'full-bytes'`: what waited took more memory than `events.maxQueueBytes` allows, and the oldest went; or this one event alone does.
 * - `'refused'`: VWO refused all that it got (401, 403, …), or the host has no such path.
 * - `'malformed'`: VWO refused this one event (400, 422).
 * - `'too-large'`: VWO refused this one event for its size (413).
 * - `'not-json'`: it cannot be written as JSON.
 * - `'closing'`: it could not be sent before the client was closed.
 * - `'late'`: it came after the client had closed.
 */
export type VwoDropReason =
  'full' | 'full-bytes' | 'refused' | 'malformed' | 'too-large' | 'not-json' | 'closing' | 'late';

export const NO_DROPS: Readonly<Record<VwoDropReason, number>> = {
  full: 0,
  'full-bytes': 0,
  refused: 0,
  malformed: 0,
  'too-large': 0,
  'not-json': 0,
  closing: 0,
  late: 0,
};
