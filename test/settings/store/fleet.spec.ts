import { describe, expect, it } from '@jest/globals';
import { MovedClock } from '../../common/moved-clock.js';
import { turns, until } from '../../common/waiting.js';
import { type Answer, marked, ScriptedSource } from '../kept.fixture.js';
import { MemorySettingsStore } from './memory.settings-store.js';
import { storedKeeperOf } from './stored.fixture.js';

const INTERVAL = 60_000;

/** Instances of one fleet; all ask the same VWO. */
function fleetOf(size: number, answer: () => Answer) {
  const clock = new MovedClock();
  const store = new MemorySettingsStore(clock);
  const instances = Array.from({ length: size }, () =>
    storedKeeperOf(new ScriptedSource(answer), store, clock, { pollInterval: INTERVAL, random: Math.random }),
  );
  const fetches = (): number => instances.reduce((sum, { source }) => sum + source.fetches, 0);
  const marks = (): (string | undefined)[] => instances.map(({ keeper }) => keeper.current?.mark);
  const start = async (): Promise<void> => {
    const started = Promise.all(instances.map(({ keeper }) => keeper.start()));
    await until(() => {
      clock.move(100);
      return marks().every((mark) => mark !== undefined);
    });
    await started;
  };
  return { clock, store, instances, fetches, marks, start };
}

describe('instances that share a settings store', () => {
  it('start with one fetch, and the others read what it has kept', async () => {
    const { fetches, marks, start } = fleetOf(5, () => marked('one'));
    await start();
    expect(fetches()).toBe(1);
    expect(marks()).toEqual(['one', 'one', 'one', 'one', 'one']);
  });

  it('fetch about once in an interval, and each has the settings that VWO has', async () => {
    let mark = 'one';
    const { clock, fetches, marks, start } = fleetOf(5, () => marked(mark));
    await start();
    mark = 'two';
    const before = fetches();
    for (let s = 0; s < 600; s++) {
      clock.move(1_000);
      await turns();
    }
    expect(marks()).toEqual(['two', 'two', 'two', 'two', 'two']);
    expect(fetches() - before).toBeGreaterThanOrEqual(9);
    expect(fetches() - before).toBeLessThanOrEqual(13); // alone each would have asked ten times: 50
  }, 60_000);

  it('hear of what one of them has learned', async () => {
    let mark = 'one';
    const { instances, fetches, marks, start } = fleetOf(3, () => marked(mark));
    await start();
    mark = 'two';
    const before = fetches();
    await expect(instances[1]?.keeper.refresh()).resolves.toBe(true);
    await until(() => marks().every((known) => known === 'two'));
    expect(fetches() - before).toBe(1);
    expect(instances[0]?.counted()).toMatchObject({ settingsTaken: expect.any(Number) });
  });

  it('fetch for themselves where the one that has the turn never keeps anything', async () => {
    const { store, fetches, marks, start } = fleetOf(2, () => marked('one'));
    store.claimedByNobody(Infinity);
    await start();
    expect(marks()).toEqual(['one', 'one']);
    expect(fetches()).toBe(2);
  });

  it('keep what they have where what is kept is older', async () => {
    let mark = 'one';
    const { clock, store, instances, marks, start } = fleetOf(2, () => marked(mark));
    await start();
    clock.move(1_000);
    mark = 'two';
    await instances[0]?.keeper.refresh();
    store.holding(marked('one'), 10_000);
    store.save(
      { accountId: '', environment: '', product: 'fme' },
      { settings: JSON.stringify(marked('zero')), age: 10_000 },
    );
    await turns();
    expect(marks()).toEqual(['two', 'two']);
  });

  it('say that VWO is back where another one has reached it', async () => {
    let down = false;
    const { clock, instances, start } = fleetOf(2, () => (down ? 503 : marked('one')));
    await start();
    down = true;
    await Promise.all(instances.map(({ keeper }) => keeper.refresh().catch(() => undefined)));
    expect(instances.map(({ lines }) => lines.length)).toEqual([1, 1]);
    down = false;
    await until(() => {
      clock.move(1_000);
      return instances.every(({ lines }) => lines.length === 2);
    });
    expect(instances[1]?.lines[1]).toBe('log: Settings arrive from VWO (account 123456) again.');
  });
});
