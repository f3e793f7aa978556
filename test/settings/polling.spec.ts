import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { GivenSettingsSource } from '../../lib/settings/index.js';
import { until } from '../common/waiting.js';
import { type Answer, HeldSource, keeperOf, marked, ScriptedSource } from './kept.fixture.js';

/** A keeper that has started and waits for its first poll. */
async function polling(...given: Parameters<typeof keeperOf>) {
  const kept = keeperOf(...given);
  await kept.keeper.start();
  await until(() => kept.clock.timers.length === 1);
  return kept;
}

describe('polling', () => {
  it('fetches every ten minutes, and takes what has changed', async () => {
    let mark = 'one';
    const source = new ScriptedSource(() => marked(mark));
    const { keeper, clock, changes } = await polling(source);
    expect(clock.timers).toEqual([600_000]);
    const first = keeper.current;
    clock.move(600_000);
    await until(() => source.fetches === 2 && clock.timers.length === 1);
    expect(keeper.current).toBe(first); // unchanged: not prepared again
    mark = 'two';
    clock.move(600_000);
    await until(() => keeper.current?.mark === 'two');
    expect(changes).toEqual(['one', 'two']);
  });

  it('takes the interval from the settings, within reason, and from the option before them', async () => {
    const timersOf = async (own: unknown, pollInterval?: number) =>
      (await polling(new ScriptedSource(() => marked('x', { pollInterval: own })), { pollInterval })).clock.timers;
    expect(await timersOf(30_000)).toEqual([30_000]);
    expect(await timersOf(30_000, 5_000)).toEqual([5_000]);
    expect(await timersOf(1)).toEqual([1_000]);
    expect(await timersOf(1e12)).toEqual([2 ** 31 - 1]);
    for (const nonsense of ['30000', -1, 0, null, {}]) expect(await timersOf(nonsense)).toEqual([600_000]);
  });

  it('follows an interval that changes', async () => {
    let pollInterval = 30_000;
    const { clock } = await polling(new ScriptedSource(() => marked('x', { pollInterval })));
    pollInterval = 60_000;
    clock.move(30_000);
    await until(() => clock.timers.length === 1);
    expect(clock.timers).toEqual([60_000]);
  });

  it('is spread by chance: each wait is up to a tenth shorter, so that a fleet does not fetch at one moment', async () => {
    const drawn = [0, 0.5, 0.999];
    const { clock } = await polling(new ScriptedSource(() => marked('x')), { random: () => drawn.shift() ?? 0 });
    const waits = [clock.timers[0]];
    for (let polls = 0; polls < 2; polls++) {
      clock.move(clock.timers[0] ?? 0);
      await until(() => clock.timers.length === 1);
      waits.push(clock.timers[0]);
    }
    expect(waits).toEqual([600_000, 570_000, 540_060]);
  });

  it.each<Answer>([503, {}, marked('foreign', { accountId: 7 })])(
    'keeps the last good settings when the answer is %j, counts it, says so once, and says when it is over',
    async (bad) => {
      const source = new ScriptedSource((count) =>
        count === 1 ? marked('good') : count <= 3 ? bad : marked('better'),
      );
      const { keeper, clock, lines, counted } = await polling(source, { pollInterval: 1_000 });
      for (const polls of [2, 3]) {
        clock.move(1_000);
        await until(() => source.fetches === polls && clock.timers.length === 1);
        expect(keeper.current?.mark).toBe('good');
      }
      expect(counted()).toMatchObject({ settingsFetches: 3, settingsFailures: 2 });
      expect(lines).toEqual([
        expect.stringMatching(
          /^warn: Settings (could not be fetched from|from) VWO \(account 123456\).*\. The last good ones stay\.$/,
        ),
      ]);
      clock.move(1_000);
      await until(() => keeper.current?.mark === 'better' && lines.length === 2);
      expect(lines[1]).toBe('log: Settings arrive from VWO (account 123456) again.');
    },
  );

  it('waits for an answer before it asks again', async () => {
    const source = new HeldSource();
    const { keeper, clock } = keeperOf(source, { pollInterval: 1_000 });
    const started = keeper.start();
    await until(() => source.answers.length === 1);
    source.answers[0]?.(marked('one'));
    await started;
    await until(() => clock.timers.length === 1);
    clock.move(1_000);
    await until(() => source.answers.length === 2);
    clock.move(10_000);
    await turn();
    expect([source.answers.length, clock.timers]).toEqual([2, []]);
    source.answers[1]?.(marked('two'));
    await until(() => clock.timers.length === 1);
    expect(keeper.current?.mark).toBe('two');
  });

  it('does not happen for settings that are given: no network and no timer', async () => {
    const { keeper, clock } = keeperOf(new GivenSettingsSource(marked('given')));
    await keeper.start();
    await turn();
    expect([keeper.current?.mark, keeper.fetchTime, clock.timers]).toEqual(['given', 0, []]);
    await expect(keeper.refresh()).resolves.toBe(false);
  });

  it('ends with close, and an answer that comes later changes nothing', async () => {
    const source = new HeldSource();
    const { keeper, clock, changes, counted } = keeperOf(source);
    const started = keeper.start();
    await until(() => source.answers.length === 1);
    source.answers[0]?.(marked('one'));
    await started;
    const refreshed = keeper.refresh();
    await until(() => source.answers.length === 2);
    await keeper.close();
    await expect(refreshed).resolves.toBe(false); // at once: whoever closes waits for no answer
    source.answers[1]?.(marked('two'));
    await turn();
    expect([changes, clock.timers, keeper.current?.mark]).toEqual([['one'], [], 'one']);
    expect(counted().settingsFailures).toBe(0);
    await expect(keeper.refresh()).rejects.toThrow('closed');
  });
});
