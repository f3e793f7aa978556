import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { OnDecision } from '../../lib/client/index.js';
import type { FmeClient, FmeClientOptions } from '../../lib/fme/index.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { clientOf, listening, shopSettings } from './client.fixture.js';

let edge: VwoEdge;
let client: FmeClient | undefined;
beforeEach(async () => void (edge = await VwoEdge.start({ settings: shopSettings() })));
afterEach(async () => {
  await client?.close();
  await edge.close();
});

async function started(options: Partial<FmeClientOptions> = {}): Promise<FmeClient> {
  return (client = await clientOf(edge, options));
}

describe('of the flags that are read', () => {
  test('those are counted as decisions that rules have decided: not what was stored, nor what is unknown', async () => {
    const its = await started();
    const counts: number[] = [];
    for (let visits = 0; visits < 2; visits++) {
      const visit = await its.visit({ id: 'ann' });
      for (const key of ['checkout', 'banner', 'banner', 'unheard-of']) visit.flag(key);
      await visit.end();
      counts.push(its.counters().decisions);
    }
    expect(counts).toEqual([2, 2]);
  });

  test('`onDecision` is told each once in a visit, with the visit', async () => {
    const onDecision = jest.fn<OnDecision>();
    const its = await started({ onDecision });
    const visit = await its.visit({ id: 'ann' });
    const [banner, closed] = ['banner', 'closed', 'banner'].map((key) => visit.flag(key));
    await visit.end();
    expect(onDecision.mock.calls.map(([flag]) => flag)).toEqual([banner, closed]);
    expect(onDecision.mock.calls.every(([, of]) => of === visit)).toBe(true);
  });

  test('`integrations.callback` is told none that is unknown: nothing was decided', async () => {
    const callback = jest.fn();
    const its = await started({ integrations: { callback } });
    const visit = await its.visit({ id: 'ann' });
    visit.flag('unheard-of');
    expect(callback).not.toHaveBeenCalled();
    visit.flag('banner');
    expect(callback).toHaveBeenCalledTimes(1);
  });
});

describe('an event', () => {
  test('that is sent says nothing of refused records', async () => {
    const logger = listening();
    const its = await started({ logger });
    expect((await its.visit({ id: 'ann' })).track('orderPlaced')).toBe(true);
    expect(its.counters().storageRecordsRefused).toBe(0);
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  test('that VWO does not know moves nothing: the impressions that wait go at the end', async () => {
    const its = await started();
    const visit = await its.visit({ id: 'ann' });
    visit.flag('banner');
    const { eventsQueued } = its.counters();
    expect(visit.track('unheard-of')).toBe(false);
    expect(its.counters().eventsQueued).toBe(eventsQueued);
    await visit.end();
    expect(its.counters().eventsQueued).toBe(eventsQueued + 1);
  });
});
