import type { PreparedSettings } from '../settings/index.js';
import { nearCacheOf } from '../storage/index.js';
import type { ClientParts } from './client-parts.js';
import { frozenStats, type VwoStats } from './port/vwo-stats.js';

/** How a client is doing now. */
export function statsOf<Settings extends PreparedSettings, Event>(parts: ClientParts<Settings, Event>): VwoStats {
  const { core, states, keeper, records, events, visits } = parts;
  const { diagnostics, options } = core;
  const nearCache = nearCacheOf(options.storage)?.stats();
  return frozenStats({
    counters: diagnostics.snapshot(),
    settings: { ...states.settings.current, ...keeper.facts, source: states.source.current },
    storage: { ...states.storage.current, ...records.state(), ...(nearCache && { nearCache }) },
    events: {
      ...states.collector.current,
      waiting: events.size,
      capacity: options.events ? options.events.maxQueue : 0,
      waitingBytes: events.bytes,
      capacityBytes: options.events ? options.events.maxQueueBytes : 0,
      dropped: diagnostics.dropped(),
    },
    visits: { waiting: visits.waiting.size },
  });
}
