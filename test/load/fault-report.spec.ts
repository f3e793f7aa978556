import { describe, expect, it } from '@jest/globals';
import { FAULTS } from './faults.list.js';
import { picture } from './fault-picture.js';
import { broken, table } from './fault-report.js';
import type { RunResult } from './fault-run.js';

/** Ten requests before the fault at 5 ms, ten while it stands at 50 ms, ten after it. */
function result(changed: Partial<RunResult> = {}): RunResult {
  const sample = (at: number, latency: number) => ({
    at,
    latencies: Array.from({ length: 10 }, () => latency),
    failed: 0,
    decided: 3,
    stored: 1,
    flipped: 0,
    wrong: 0,
  });
  return {
    fault: { name: 'Redis: killed', begin: () => undefined, end: () => undefined },
    times: { load: 0, begin: 1_000, end: 2_000, settings: 3_000, stop: 4_000 },
    startedWithin: 100,
    samples: [sample(500, 5), sample(1_500, 50), sample(2_500, 5)],
    states: [{ at: 500, heap: 1, counters: { eventsQueued: 5, eventsSent: 2, eventsDropped: 1 } }],
    storage: [
      { at: 1_100, available: false },
      { at: 2_400, available: true },
    ],
    verdict: { users: 20, notStored: 0, otherStored: 0, notCounted: 0 },
    ended: { by: 'SIGTERM', within: 60 },
    log: [],
    failures: [],
    ...changed,
  };
}

const cellsOf = (run: RunResult): string[] =>
  (table([run]).split('\n')[2] ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

describe('the table of faults', () => {
  it('tells the time of the fault from the time before it, and when the storage came back after it', () => {
    expect(cellsOf(result())).toEqual([
      'Redis: killed',
      '30',
      '0',
      '50.0',
      '50.0',
      '5.0',
      '5.0',
      '3',
      '0',
      '0 of 20',
      '0',
      '0 of 20',
      '400',
      '60',
    ]);
  });

  it('counts from the beginning where the servers end the fault themselves', () => {
    expect(cellsOf(result({ fault: { name: 'fail-over', begin: () => undefined } }))[12]).toBe('1,400');
  });

  it.each<[Partial<RunResult>, string]>([
    [{ storage: [] }, '–'],
    [{ storage: [{ at: 1_100, available: false }] }, 'never'],
  ])('says so where the storage was never missed, and where it never came back', (changed, said) => {
    expect(cellsOf(result(changed))[12]).toBe(said);
  });
});

describe('a run', () => {
  it('is in order where nothing failed and nothing was lost', () => {
    expect(broken(result())).toEqual([]);
  });

  it.each<[string, Partial<RunResult>]>([
    ['nothing was asked', { samples: [] }],
    ['decisions of 2 users were not stored', { verdict: { ...result().verdict, notStored: 2 } }],
    ['of 3 users something else was stored than shown', { verdict: { ...result().verdict, otherStored: 3 } }],
    ['impressions of 4 users did not arrive', { verdict: { ...result().verdict, notCounted: 4 } }],
    ['the application ended by SIGKILL', { ended: { by: 'SIGKILL', within: 60 } }],
    ['1 requests failed: status 500', { samples: failing({ failed: 1 }), failures: ['status 500'] }],
    ['1 flags were other ones than the engine decides', { samples: failing({ wrong: 1 }) }],
    ['1 times a user was shown another variation', { samples: failing({ flipped: 1 }) }],
  ])('is wrong where %s', (said, changed) => {
    expect(broken(result(changed))).toEqual([said]);
  });

  it('may lose what the servers themselves lose', () => {
    const fault = { name: 'fail-over', loses: 'what was not replicated', begin: () => undefined };
    const verdict = { ...result().verdict, notStored: 2, otherStored: 1 };
    expect(broken(result({ fault, verdict, samples: failing({ flipped: 1 }) }))).toEqual([]);
  });

  it('is drawn with the fault, the time without storage, and a curve for each figure', () => {
    const drawn = picture(result());
    expect(drawn.match(/<path d="M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)+" fill="none" stroke="#1f5fa8"/g)).toHaveLength(5);
    expect(drawn).toContain('>Redis: killed</text>');
    expect(drawn).toContain('storage counted as away');
  });
});

function failing(changed: Partial<RunResult['samples'][number]>): RunResult['samples'] {
  return result().samples.map((sample, i) => (i === 1 ? { ...sample, ...changed } : sample));
}

it('no two faults have one name', () => {
  const names = FAULTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
