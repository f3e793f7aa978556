import { NO_DROPS, type VwoCounters, type VwoDropReason } from '../../common/index.js';
import type { VwoNearCacheStats } from '../../storage/index.js';
import type { VwoState } from './client-states.js';

/**
 * How a client is doing: a frozen copy of plain numbers and states. What is in `counters` only grows; everything else is as it is
 * now. Times are in ms; `since` and `fetchedAt` are ms since the epoch. No key and no user is in it.
 */
export interface VwoStats {
  /** What `counters()` gives: counted since the start. */
  readonly counters: Readonly<VwoCounters>;
  readonly settings: VwoSettingsStats;
  readonly storage: VwoStorageStats;
  readonly events: VwoEventsStats;
  readonly visits: VwoVisitsStats;
}

/** Unavailable while there are no settings to decide by, so that every flag is off: before the first ones, and after `close`. */
export interface VwoSettingsStats extends VwoState {
  /** The `version` in the settings in use; undefined where they have none, and before the first ones. */
  readonly version: string | number | undefined;
  /** When their source last gave them, new or unchanged; undefined before the first ones. */
  readonly fetchedAt: number | undefined;
  /** How long ago that is, in ms, on a clock that never jumps; undefined before the first ones, and where they were given as an object. */
  readonly age: number | undefined;
  /** Where they come from: unavailable while they cannot be fetched or are refused. The last good ones stay in use meanwhile. */
  readonly source: VwoState;
}

/** What a client does because its storage fails. */
export interface StorageTreatment {
  /** `open`: visits do not ask the storage, which is known to fail; it is tried in the background. */
  readonly readBreaker: 'open' | 'closed';
  /** `open`: records are kept, not written, until the storage takes one. */
  readonly writeBreaker: 'open' | 'closed';
  /** Records in memory that are not known to be stored. */
  readonly kept: number;
}

/** Unavailable while reads or writes fail. */
export interface VwoStorageStats extends VwoState, StorageTreatment {
  /** Of a storage with the option `nearCache`; the same for all clients that share it. Not there for any other. */
  readonly nearCache?: VwoNearCacheStats;
}

/** Unavailable while VWO's collector cannot be reached, or refuses what it gets. */
export interface VwoEventsStats extends VwoState {
  /** Events that wait or are being sent. */
  readonly waiting: number;
  /** How many may: the option `events.maxQueue`; 0 with `events: false`. */
  readonly capacity: number;
  /** The memory that those events take, in bytes, estimated. */
  readonly waitingBytes: number;
  /** How much they may: the option `events.maxQueueBytes`; 0 with `events: false`. */
  readonly capacityBytes: number;
  /** Events given up since the start, by reason; the sum is `counters.eventsDropped`. */
  readonly dropped: Readonly<Record<VwoDropReason, number>>;
}

export interface VwoVisitsStats {
  /** Open visits in which something waits to be stored or sent. Those without are not counted. */
  readonly waiting: number;
}

/** A copy that nobody can change. */
export function frozenStats(stats: VwoStats): VwoStats {
  Object.freeze(stats.counters);
  Object.freeze(stats.settings.source);
  Object.freeze(stats.settings);
  if (stats.storage.nearCache) Object.freeze(stats.storage.nearCache);
  Object.freeze(stats.storage);
  Object.freeze(stats.events.dropped);
  Object.freeze(stats.events);
  Object.freeze(stats.visits);
  return Object.freeze(stats);
}

interface OtherClient {
  readonly isReady: boolean;
  counters(): Readonly<VwoCounters>;
}

/** Of a client of another kind, which says no more than its counters and whether it is ready. `since` is 0: not known. */
export function statsOfOtherClient(client: OtherClient): VwoStats {
  const well = { available: true, since: 0 };
  return frozenStats({
    counters: client.counters(),
    settings: {
      available: client.isReady,
      since: 0,
      version: undefined,
      fetchedAt: undefined,
      age: undefined,
      source: well,
    },
    storage: { ...well, readBreaker: 'closed', writeBreaker: 'closed', kept: 0 },
    events: { ...well, waiting: 0, capacity: 0, waitingBytes: 0, capacityBytes: 0, dropped: { ...NO_DROPS } },
    visits: { waiting: 0 },
  });
}
