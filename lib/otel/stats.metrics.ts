import type { Attributes, BatchObservableResult, Meter, MetricOptions, Observable } from '@opentelemetry/api';
import type { VwoClient, VwoStats } from '../client/index.js';

type Observe = (value: number, attributes?: Attributes) => void;

/** A metric that is read from the client's stats whenever metrics are collected. */
interface StatsMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'sum';
  readonly unit?: string;
  readonly description: string;
  read(stats: VwoStats, observe: Observe): void;
}

const yes = (is: boolean): number => (is ? 1 : 0);
const OPERATION = 'vwo.storage.operation';

const METRICS: readonly StatsMetric[] = [
  {
    name: 'vwo.visits',
    kind: 'counter',
    unit: '{visit}',
    description: 'Visits opened',
    read: ({ counters }, observe) => observe(counters.visits),
  },
  {
    name: 'vwo.decisions',
    kind: 'counter',
    unit: '{decision}',
    description: 'Flags decided by rules, not from storage',
    read: ({ counters }, observe) => observe(counters.decisions),
  },
  {
    name: 'vwo.settings.available',
    kind: 'gauge',
    description: '1 while there are settings to decide by, 0 while every flag is off',
    read: ({ settings }, observe) => observe(yes(settings.available)),
  },
  {
    name: 'vwo.settings.age',
    kind: 'gauge',
    unit: 's',
    description:
      'How long ago the source of settings last gave those in use; missing where they were given as an object',
    read: ({ settings: { age } }, observe) => void (age !== undefined && observe(age / 1000)),
  },
  {
    name: 'vwo.settings.fetches',
    kind: 'counter',
    unit: '{fetch}',
    description: 'Fetches of settings',
    read: ({ counters }, observe) => observe(counters.settingsFetches),
  },
  {
    name: 'vwo.settings.failures',
    kind: 'counter',
    unit: '{fetch}',
    description: 'Fetches of settings that failed, or brought something that was refused',
    read: ({ counters }, observe) => observe(counters.settingsFailures),
  },
  {
    name: 'vwo.settings.taken',
    kind: 'counter',
    unit: '{change}',
    description: 'Changed settings that were taken from the settings store: another instance had fetched them',
    read: ({ counters }, observe) => observe(counters.settingsTaken),
  },
  {
    name: 'vwo.settings.store.failures',
    kind: 'counter',
    unit: '{operation}',
    description: 'Calls of the settings store that failed',
    read: ({ counters }, observe) => observe(counters.settingsStoreFailures),
  },
  {
    name: 'vwo.storage.available',
    kind: 'gauge',
    description: '1 while the storage is read and written, 0 while reads or writes fail',
    read: ({ storage }, observe) => observe(yes(storage.available)),
  },
  {
    name: 'vwo.storage.breaker.open',
    kind: 'gauge',
    description: '1 while the storage is not asked (read) or written because it is known to fail, else 0',
    read: ({ storage }, observe) => {
      observe(yes(storage.readBreaker === 'open'), { [OPERATION]: 'read' });
      observe(yes(storage.writeBreaker === 'open'), { [OPERATION]: 'write' });
    },
  },
  {
    name: 'vwo.storage.skipped',
    kind: 'counter',
    unit: '{operation}',
    description: 'Reads that were not made because the storage was known to fail',
    read: ({ counters }, observe) => observe(counters.storageReadsSkipped, { [OPERATION]: 'read' }),
  },
  {
    name: 'vwo.storage.records.kept',
    kind: 'sum',
    unit: '{record}',
    description: 'Records in memory that are not known to be stored',
    read: ({ storage }, observe) => observe(storage.kept),
  },
  {
    name: 'vwo.storage.records.dropped',
    kind: 'counter',
    unit: '{record}',
    description: 'Kept records that were lost',
    read: ({ counters }, observe) => observe(counters.storageRecordsDropped),
  },
  {
    name: 'vwo.storage.failures',
    kind: 'counter',
    unit: '{operation}',
    description: 'Storage reads and writes that failed, time-outs included',
    read: ({ counters }, observe) => {
      observe(counters.storageReadFailures, { [OPERATION]: 'read' });
      observe(counters.storageWriteFailures, { [OPERATION]: 'write' });
    },
  },
  {
    name: 'vwo.storage.timeouts',
    kind: 'counter',
    unit: '{operation}',
    description: 'Storage reads that took longer than `storageTimeout`',
    read: ({ counters }, observe) => observe(counters.storageReadTimeouts, { [OPERATION]: 'read' }),
  },
  {
    name: 'vwo.events.available',
    kind: 'gauge',
    description: "1 while VWO's collector takes events, 0 while it cannot be reached or refuses them",
    read: ({ events }, observe) => observe(yes(events.available)),
  },
  {
    name: 'vwo.events.queue.length',
    kind: 'sum',
    unit: '{event}',
    description: 'Events that wait or are being sent',
    read: ({ events }, observe) => observe(events.waiting),
  },
  {
    name: 'vwo.events.queue.limit',
    kind: 'sum',
    unit: '{event}',
    description: 'How many events may wait',
    read: ({ events }, observe) => observe(events.capacity),
  },
  {
    name: 'vwo.events.queue.size',
    kind: 'sum',
    unit: 'By',
    description: 'The memory that events take that wait or are being sent, estimated',
    read: ({ events }, observe) => observe(events.waitingBytes),
  },
  {
    name: 'vwo.events.queue.size.limit',
    kind: 'sum',
    unit: 'By',
    description: 'How much memory they may take',
    read: ({ events }, observe) => observe(events.capacityBytes),
  },
  {
    name: 'vwo.events.queued',
    kind: 'counter',
    unit: '{event}',
    description: 'Events put into the queue',
    read: ({ counters }, observe) => observe(counters.eventsQueued),
  },
  {
    name: 'vwo.events.sent',
    kind: 'counter',
    unit: '{event}',
    description: 'Events that VWO has accepted',
    read: ({ counters }, observe) => observe(counters.eventsSent),
  },
  {
    name: 'vwo.events.retried',
    kind: 'counter',
    unit: '{event}',
    description: 'Events put back to be sent again, once per time',
    read: ({ counters }, observe) => observe(counters.eventsRetried),
  },
  {
    name: 'vwo.events.dropped',
    kind: 'counter',
    unit: '{event}',
    description: 'Events given up, by reason',
    read: ({ events }, observe) => {
      for (const [reason, count] of Object.entries(events.dropped))
        observe(count, { 'vwo.events.drop.reason': reason });
    },
  },
];

/** Observes a client whenever metrics are collected. The answer ends it. */
export function observeStats(meter: Meter, client: Pick<VwoClient, 'stats'>, account: Attributes): () => void {
  const instruments = METRICS.map((metric) => ({ ...metric, instrument: instrumentOf(meter, metric) }));
  const observables = instruments.map(({ instrument }) => instrument);
  const collect = (result: BatchObservableResult): void => {
    const stats = client.stats();
    for (const { instrument, read } of instruments) {
      read(stats, (value, attributes) => result.observe(instrument, value, { ...account, ...attributes }));
    }
  };
  meter.addBatchObservableCallback(collect, observables);
  return () => meter.removeBatchObservableCallback(collect, observables);
}

function instrumentOf(meter: Meter, { name, kind, unit, description }: StatsMetric): Observable {
  const options: MetricOptions = { description, ...(unit !== undefined && { unit }) };
  if (kind === 'counter') return meter.createObservableCounter(name, options);
  if (kind === 'sum') return meter.createObservableUpDownCounter(name, options);
  return meter.createObservableGauge(name, options);
}
