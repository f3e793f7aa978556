import { describe, expect, it } from '@jest/globals';
import type { VwoSettingsStore } from '../../../lib/settings/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { turns, until } from '../../common/waiting.js';
import { marked, ScriptedSource } from '../kept.fixture.js';
import { MemorySettingsStore } from './memory.settings-store.js';
import { storedKeeperOf } from './stored.fixture.js';

const HOUR = 3_600_000;

describe('a start with a settings store', () => {
  it('keeps what VWO gave, with its age', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock);
    const { keeper } = storedKeeperOf(new ScriptedSource(() => marked('first')), store, clock);
    await keeper.start();
    expect(store.saved).toEqual([{ settings: JSON.stringify(marked('first')), age: 0 }]);
  });

  it('goes on with what is kept where VWO answers with an error, and says how old it is', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock).holding(marked('kept', { version: 7 }), 5 * HOUR);
    const { keeper, changes, lines } = storedKeeperOf(new ScriptedSource(() => 503), store, clock);
    await keeper.start();
    expect(changes).toEqual(['kept']);
    expect(keeper.facts).toEqual({ version: 7, fetchedAt: clock.now() - 5 * HOUR, age: 5 * HOUR });
    expect(lines).toEqual([
      'warn: No answer from VWO (account 123456) yet: flags are decided by settings from the settings store, 5 h old.',
    ]);
  });

  it('goes on with what is kept after a second where VWO is silent', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock).holding(marked('kept'), HOUR);
    const { keeper } = storedKeeperOf(new ScriptedSource(() => 'silence'), store, clock);
    const started = keeper.start();
    await turns();
    clock.move(999);
    await turns();
    expect(keeper.current).toBeUndefined();
    clock.move(1);
    await started;
    expect(keeper.current?.mark).toBe('kept');
  });

  it('starts so with `onStartFailure: fail` too, and takes the settings of now when VWO is back', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock).holding(marked('kept'), HOUR);
    const source = new ScriptedSource((count) => (count < 3 ? 503 : marked('new')));
    const { keeper, changes, lines } = storedKeeperOf(source, store, clock, { onStartFailure: 'fail' });
    await keeper.start();
    await until(() => {
      clock.move(250);
      return changes.length === 2;
    });
    expect(changes).toEqual(['kept', 'new']);
    expect(keeper.facts.age).toBeLessThan(1_000);
    expect(lines.slice(1)).toEqual(['log: Settings arrive from VWO (account 123456) again.']);
    expect(store.saved).toEqual([{ settings: JSON.stringify(marked('new')), age: 0 }]);
  });

  it('refuses what is older than `maxSettingsAge`, and says so', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock).holding(marked('kept'), 3 * 24 * HOUR);
    const { keeper, lines } = storedKeeperOf(new ScriptedSource(() => 503), store, clock, { maxAge: 2 * 24 * HOUR });
    const started = keeper.start();
    await turns();
    clock.move(5_000);
    await started;
    expect(keeper.current).toBeUndefined();
    expect(lines[0]).toBe('warn: The settings kept in the store are not used: 3 days old (`maxSettingsAge`).');
  });

  it('never takes kept settings that are refused, and goes on trying', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock).holding({ accountId: 7 }, HOUR);
    const source = new ScriptedSource((count) => (count < 2 ? 503 : marked('new')));
    const { keeper, changes } = storedKeeperOf(source, store, clock);
    const started = keeper.start();
    await until(() => {
      clock.move(250);
      return changes.length === 1;
    });
    await started;
    expect(changes).toEqual(['new']);
  });

  it('lets VWO win where it answers while what is kept is being made ready', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock).holding(marked('kept'), HOUR);
    const { keeper, changes } = storedKeeperOf(new ScriptedSource(() => marked('new')), store, clock);
    await keeper.start();
    clock.move(1_000);
    await turns();
    expect(changes).toEqual(['new']);
  });

  it.each<[string, Partial<VwoSettingsStore>]>([
    ['throws', { load: () => oops(), save: () => oops(), claim: () => oops(), watch: () => oops() }],
    ['rejects', { load: () => Promise.reject(new Error('down')), claim: () => Promise.reject(new Error('down')) }],
    ['answers nonsense', { load: () => 7 as never, save: () => 7 as never, claim: () => 'perhaps' as never }],
    ['gives what throws when it is read', { load: () => ({ settings: '{}', get age() { return oops(); } }) }], // prettier-ignore
    ['cannot be watched', { watch: () => Promise.reject(new Error('down')) }],
    ['cannot end that it is watched', { watch: () => Promise.resolve(() => oops()) }],
    ['gives an age that is none', { load: () => ({ settings: JSON.stringify(marked('x')), age: NaN }) }],
    ['gives settings that are no text', { load: () => ({ settings: marked('x') as never, age: 0 }) }],
  ])('is not harmed by a store that %s', async (_what, faulty) => {
    const clock = new MovedClock();
    const store = Object.assign(new MemorySettingsStore(clock), faulty);
    const { keeper, counted } = storedKeeperOf(
      new ScriptedSource((count) => (count === 1 ? 503 : marked('new'))),
      store,
      clock,
    );
    const started = keeper.start();
    await until(() => {
      clock.move(250);
      return keeper.current !== undefined;
    });
    await started;
    await expect(keeper.refresh()).resolves.toBe(false);
    await keeper.close();
    expect(counted().settingsStoreFailures).toBeGreaterThan(0);
  });

  it('does not wait for a store that never answers', async () => {
    const clock = new MovedClock();
    const never = (): Promise<never> => new Promise(() => undefined);
    const store = { load: never, save: never, claim: never };
    const { keeper, lines, counted } = storedKeeperOf(new ScriptedSource(() => marked('new')), store, clock);
    const started = keeper.start();
    await turns();
    clock.move(1_000);
    await started;
    expect(keeper.current?.mark).toBe('new');
    await until(() => {
      clock.move(1_000);
      return counted().settingsStoreFailures >= 2;
    });
    expect(lines[0]).toBe(
      'warn: The settings store failed (claim): no answer within 1000 ms. Settings are fetched from VWO all the same.',
    );
  });

  it.each([
    ['a store that never answers', {}],
    ['an instance that has the turn and has ended', { load: () => undefined, claim: () => false }],
  ])('waits for %s so long that VWO can still be asked before a short `startTimeout` is over', async (_what, more) => {
    const clock = new MovedClock();
    const never = (): Promise<never> => new Promise(() => undefined);
    const store = { load: never, save: never, claim: never, ...more };
    const { keeper } = storedKeeperOf(new ScriptedSource(() => marked('new')), store, clock, {
      startTimeout: 800,
      onStartFailure: 'fail',
    });
    const started = keeper.start();
    for (let i = 0; i < 4; i++) {
      await turns();
      clock.move(100);
    }
    await started;
    expect(keeper.current?.mark).toBe('new');
  });

  it('asks VWO where kept settings are refused, though it is the turn of another one', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock).holding({ accountId: 7 }).claimedByNobody(HOUR);
    const { keeper, source } = storedKeeperOf(new ScriptedSource(() => marked('good')), store, clock);
    await keeper.start();
    expect(keeper.current?.mark).toBe('good');
    expect(source.fetches).toBe(1);
    expect(store.saved).toEqual([{ settings: JSON.stringify(marked('good')), age: 0 }]);
  });

  it.each([
    [2 * HOUR, 2 * HOUR],
    [Number.MAX_SAFE_INTEGER, 365 * 24 * HOUR],
  ])(
    'asks VWO for itself where what is kept comes from the future, and starts on it where VWO is away',
    async (maxAge, age) => {
      const clock = new MovedClock();
      const store = new MemorySettingsStore(clock).holding(marked('ahead'), -HOUR).claimedByNobody(HOUR);
      const asking = storedKeeperOf(new ScriptedSource(() => 503), store, clock, { maxAge });
      const started = asking.keeper.start();
      for (let i = 0; i < 12; i++) {
        await turns();
        clock.move(100);
      }
      await started;
      expect(asking.keeper.current?.mark).toBe('ahead');
      expect(asking.source.fetches).toBeGreaterThan(0);
      expect(asking.keeper.facts.age).toBeGreaterThanOrEqual(age);
      expect(asking.keeper.facts.age).toBeLessThan(age + HOUR);
    },
  );

  it('is not asked for settings that were given', async () => {
    const clock = new MovedClock();
    const store = new MemorySettingsStore(clock);
    const { keeper } = storedKeeperOf(new ScriptedSource(() => marked('given')), store, clock);
    expect(store.watchers).toBe(0);
    await keeper.start();
    expect(store.watchers).toBe(1);
    await keeper.close();
    expect(store.watchers).toBe(0);
  });
});

function oops(): never {
  throw new Error('oops');
}
