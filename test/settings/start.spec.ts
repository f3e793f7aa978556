import { describe, expect, it, jest } from '@jest/globals';
import { VwoSettingsError, VwoStartError } from '../../lib/common/index.js';
import { until } from '../common/waiting.js';
import { type Answer, HeldSource, keeperOf, LocalSource, marked, prepare, ScriptedSource } from './kept.fixture.js';

describe('the start of a client', () => {
  it('ends with settings that are ready for deciding', async () => {
    const { keeper, changes, lines, counted } = keeperOf(new ScriptedSource(() => marked('first')));
    expect(keeper.current).toBeUndefined();
    await keeper.start();
    expect(keeper.current?.mark).toBe('first');
    expect(changes).toEqual(['first']);
    expect(lines).toEqual([]);
    expect(counted()).toMatchObject({ settingsFetches: 1, settingsFailures: 0 });
  });

  it('is the same start when called twice', async () => {
    const source = new ScriptedSource(() => marked('first'));
    const { keeper } = keeperOf(source);
    await Promise.all([keeper.start(), keeper.start()]);
    expect(source.fetches).toBe(1);
  });

  it('waits until the settings are prepared, where that takes a promise', async () => {
    let release = (): void => undefined;
    const { keeper } = keeperOf(new ScriptedSource(() => marked('first')), {
      prepare: (raw) => new Promise((resolve) => (release = () => resolve(prepare(raw)))),
    });
    let isStarted = false;
    const started = keeper.start().then(() => (isStarted = true));
    const prepared = release;
    await until(() => release !== prepared);
    expect([isStarted, keeper.current]).toEqual([false, undefined]);
    release();
    await started;
    expect(keeper.current?.mark).toBe('first');
  });

  it('knows how long the fetch took, also where somebody sets the time of the machine meanwhile', async () => {
    const source = new HeldSource();
    const { keeper, clock } = keeperOf(source);
    let hours = 0;
    jest.spyOn(clock, 'now').mockImplementation(() => clock.monotonic() - 3_600_000 * hours++);
    const started = keeper.start();
    await until(() => source.answers.length === 1);
    clock.move(120);
    source.answers[0]?.(marked('first'));
    await started;
    expect(keeper.fetchTime).toBe(120);
  });

  it.each<Answer>([503, 404, { accountId: true }, marked('other', { accountId: 7 })])(
    'tries again within its time when the answer is %j, and logs nothing as nobody was without flags',
    async (bad) => {
      const source = new ScriptedSource((count) => (count <= 2 ? bad : marked('good')));
      const { keeper, clock, lines, counted } = keeperOf(source);
      const started = keeper.start();
      for (const tries of [1, 2]) {
        await until(() => source.fetches === tries && clock.timers.length === 2);
        clock.move(clock.timers[0] ?? 0);
      }
      await started;
      expect(keeper.current?.mark).toBe('good');
      expect(counted()).toMatchObject({ settingsFetches: 3, settingsFailures: 2 });
      expect(lines).toEqual([]);
    },
  );

  it('goes on without settings after `startTimeout`, says so once, and takes them when they come', async () => {
    let isDown = true;
    const source = new ScriptedSource(() => (isDown ? 503 : marked('late')));
    const { keeper, clock, lines, changes } = keeperOf(source);
    const started = keeper.start();
    await until(() => source.fetches === 1 && clock.timers.length === 2);
    clock.move(5_000);
    await started;
    expect(keeper.current).toBeUndefined();
    expect(lines).toEqual([
      'warn: No settings from VWO (account 123456) within 5000 ms (GET https://vwo.test/settings answered 503). ' +
        'Every flag is off until they arrive; retrying.',
    ]);
    isDown = false;
    await until(() => {
      clock.move(1_000);
      return keeper.current !== undefined;
    });
    expect(changes).toEqual(['late']);
    expect(lines.slice(1)).toEqual(['log: Settings arrive from VWO (account 123456) again.']);
  });

  it('says once a minute that there are still no settings, and why', async () => {
    const source = new ScriptedSource(() => 503);
    const { keeper, clock, lines } = keeperOf(source, { startTimeout: 10 });
    const started = keeper.start();
    clock.move(10);
    await started;
    await until(() => {
      clock.move(10_000);
      return lines.length === 2;
    });
    expect(lines[1]).toContain(
      'warn: Settings could not be fetched from VWO (account 123456): GET https://vwo.test/settings answered 503. ' +
        'Every flag is off until they arrive; retrying.',
    );
  });

  it('is bounded where the source, or preparing, never answers', async () => {
    const never = [
      keeperOf(new ScriptedSource(() => 'silence')),
      keeperOf(new ScriptedSource(() => marked('x')), { prepare: () => new Promise(() => undefined) }),
    ];
    for (const { keeper, clock, lines } of never) {
      const started = keeper.start();
      clock.move(5_000);
      await started;
      expect(lines).toEqual([expect.stringContaining('within 5000 ms (no answer yet). Every flag is off')]);
    }
  });

  it('is refused after `startTimeout` where that was asked for, with reason and cure, and nothing is tried any more', async () => {
    const { keeper, clock } = keeperOf(new ScriptedSource(() => 403), { onStartFailure: 'fail' });
    const refused = expect(keeper.start()).rejects.toThrow(
      /^No settings from VWO \(account 123456\) within 5000 ms \(GET .* answered 403\)\. Are `accountId`, `sdkKey`/,
    );
    await until(() => clock.timers.length === 2);
    clock.move(5_000);
    await refused;
    await expect(keeper.start()).rejects.toBeInstanceOf(VwoStartError);
    await until(() => clock.timers.length === 0);
  });

  it('waits longer between tries each time, up to half a minute', async () => {
    const source = new ScriptedSource(() => 503);
    const { keeper, clock } = keeperOf(source, { startTimeout: 1 });
    const started = keeper.start();
    clock.move(1);
    await started;
    const waits: number[] = [];
    for (let tries = 1; tries <= 9; tries++) {
      await until(() => source.fetches === tries && clock.timers.length === 1);
      waits.push(clock.timers[0] ?? 0);
      clock.move(waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('draws the waits between tries, so that many servers do not try at one moment', async () => {
    const { keeper, clock } = keeperOf(new ScriptedSource(() => 503), { random: () => 0.5 });
    void keeper.start();
    await until(() => clock.timers.length === 2);
    expect(clock.timers[0]).toBe(188); // 250 less a quarter
  });

  it('ends at once when the client is closed meanwhile', async () => {
    const { keeper, clock } = keeperOf(new ScriptedSource(() => 503));
    const started = keeper.start();
    await until(() => clock.timers.length === 2);
    await keeper.close();
    await started;
    expect(clock.timers).toEqual([]);
  });

  it('fetches nothing when the client was closed before', async () => {
    const source = new ScriptedSource(() => marked('x'));
    const { keeper, clock } = keeperOf(source);
    await keeper.close();
    await keeper.start();
    expect([source.fetches, clock.timers]).toEqual([0, []]);
  });
});

describe('settings that are given or in a file', () => {
  it.each(['continue', 'fail'] as const)(
    'refuse the start at once when they are no settings (%s): waiting does not help',
    async (onStartFailure) => {
      const { keeper, clock } = keeperOf(new LocalSource(() => ({ accountId: 7 })), { onStartFailure });
      const error: unknown = await keeper.start().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(VwoSettingsError);
      expect((error as Error).message).toBe(
        'Settings from /etc/settings.json were refused: accountId: expected 123456, got 7',
      );
      expect(clock.timers).toEqual([]);
    },
  );

  it('stay in force when the file is broken later, and its next version is taken', async () => {
    const source = new LocalSource((count) => (count === 1 ? marked('one') : count === 2 ? {} : marked('two')));
    const { keeper, clock, lines } = keeperOf(source, { pollInterval: 1_000 });
    await keeper.start();
    await until(() => clock.timers.length === 1);
    clock.move(1_000);
    await until(() => lines.length === 1 && clock.timers.length === 1);
    expect(lines).toEqual([
      'warn: Settings from /etc/settings.json were refused: accountId: expected 123456, got undefined. ' +
        'The last good ones stay.',
    ]);
    expect(keeper.current?.mark).toBe('one');
    clock.move(1_000);
    await until(() => keeper.current?.mark === 'two');
  });
});

describe('SettingsKeeper.ready', () => {
  it('resolves with the first settings, also after a start that went on without them', async () => {
    const source = new HeldSource();
    const { keeper, clock } = keeperOf(source);
    let isReady = false;
    const ready = keeper.ready.then(() => (isReady = true));
    const started = keeper.start();
    await until(() => source.answers.length === 1);
    clock.move(5_000);
    await started;
    expect(isReady).toBe(false);
    source.answers[0]?.(marked('late'));
    await ready;
    expect(keeper.current?.mark).toBe('late');
  });

  it('resolves at close, and when a start is refused: nobody waits for ever', async () => {
    const closed = keeperOf(new ScriptedSource(() => 'silence')).keeper;
    await closed.close();
    await closed.ready;
    const refused = keeperOf(new LocalSource(() => ({}))).keeper;
    await expect(refused.start()).rejects.toThrow('were refused');
    await refused.ready;
  });
});
