import { describe, expect, it } from '@jest/globals';
import type { DeadCollectorResult, Sample } from './dead-collector.js';
import { broken } from './dead-collector-verdict.js';

const OPTIONS = { minutes: 1, rate: 10, maxQueue: 3 };

const dropped = {
  full: 7,
  'full-bytes': 0,
  refused: 0,
  malformed: 0,
  'too-large': 0,
  'not-json': 0,
  closing: 0,
  late: 0,
};
const events = {
  available: false,
  since: 0,
  waiting: 3,
  capacity: 3,
  waitingBytes: 300,
  capacityBytes: 1_000,
  dropped,
};
const sample: Sample = { kind: 'state', heap: 100, events, queued: 10, sent: 0, posts: 5, at: 60, fault: '503' };

const result: DeadCollectorResult = {
  samples: [sample, { ...sample, heap: 105 }],
  after: { ...sample, sent: 3, events: { ...events, waiting: 0, waitingBytes: 0 } },
  recoveredIn: 1_000,
  arrived: [8, 9, 10],
  closedIn: 1,
  end: '0',
};

const withSample = (change: Partial<Sample>): DeadCollectorResult => ({
  ...result,
  samples: [sample, { ...sample, ...change }],
});

describe('the verdict on a run without a collector', () => {
  it('says nothing where everything holds', () => {
    expect(broken(result, OPTIONS)).toEqual([]);
  });

  it.each<[what: string, result: DeadCollectorResult, said: string]>([
    ['an event is missing', withSample({ queued: 11 }), '11 queued, 0 sent, 7 dropped, 3 wait'],
    ['too many wait', withSample({ queued: 11, events: { ...events, waiting: 4 } }), '4 wait, 3 may'],
    ['they are too large', withSample({ events: { ...events, waitingBytes: 1_001 } }), '1001 bytes wait, 1000 may'],
    ['VWO was asked too often', withSample({ posts: 12 }), '12 POSTs within 60 s'],
    ['the heap has grown', withSample({ heap: 111 }), 'heap: 111 bytes after 100'],
    [
      'the queue had room',
      { ...result, samples: [{ ...sample, queued: 9, events: { ...events, waiting: 2 } }] },
      'the queue was never full',
    ],
    [
      'nothing happened',
      withSample({ queued: 0, events: { ...events, waiting: 0, dropped: { ...dropped, full: 0 } } }),
      'no event was queued',
    ],
    ['something waits still', { ...result, after: { ...sample, sent: 3, queued: 13 } }, '3 events wait still'],
    ['one is counted that has not arrived', { ...result, arrived: [9, 10] }, '3 events are counted as sent, 2 arrived'],
    ['not all have arrived that waited', { ...result, arrived: [9, 10] }, '2 events have arrived, 3 waited'],
    ['their order is another', { ...result, arrived: [8, 10, 9] }, 'event 9 should have arrived, and 10 did'],
    ['older ones have arrived', { ...result, arrived: [7, 9, 10] }, 'event 8 should have arrived, and 7 did'],
    ['closing took long', { ...result, closedIn: 6_001 }, 'closing took 6001 ms'],
    ['the process did not end by itself', { ...result, end: 'SIGKILL' }, 'the process ended with SIGKILL'],
  ])('says that %s', (_what, spoilt, said) => {
    expect(broken(spoilt, OPTIONS)).toContain(said);
  });
});
