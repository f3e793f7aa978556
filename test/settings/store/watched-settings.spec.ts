import { describe, expect, it } from '@jest/globals';
import type { VwoSettingsStore } from '../../../lib/settings/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { turns, until } from '../../common/waiting.js';
import { marked, ScriptedSource } from '../kept.fixture.js';
import { MemorySettingsStore } from './memory.settings-store.js';
import { storedKeeperOf } from './stored.fixture.js';

const HOUR = 3_600_000;

describe('a settings store that is watched', () => {
  it.each([
    ['nothing', undefined],
    ['settings of last week', marked('old')],
  ])(
    'asks VWO also where the store tells of other settings as soon as it is watched, and has %s',
    async (_what, old) => {
      const clock = new MovedClock();
      const store = new MemorySettingsStore(clock);
      if (old) store.holding(old, 100 * HOUR);
      const told = (_address: unknown, changed: () => void) => {
        changed();
        return () => undefined;
      };
      const source = new ScriptedSource(() => marked('new'));
      const { keeper } = storedKeeperOf(source, Object.assign(store, { watch: told }), clock);
      await keeper.start();
      expect(keeper.current?.mark).toBe('new');
    },
  );

  it('ends what it watches, where the store takes its time to begin that, also after close', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock);
    let begin = (): void => undefined;
    let ended = 0;
    const slow = {
      watch: () => new Promise<() => void>((resolve) => (begin = () => resolve(() => void (ended += 1)))),
    };
    const source = new ScriptedSource(() => marked('x'));
    const { keeper } = storedKeeperOf(source, Object.assign(store, slow) as VwoSettingsStore, clock);
    await keeper.start();
    const closed = keeper.close();
    await turns();
    clock.move(1_000);
    await closed;
    expect(ended).toBe(0);
    begin();
    await until(() => ended === 1);
  });
});
