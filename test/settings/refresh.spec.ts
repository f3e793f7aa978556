import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { VwoSettingsError, VwoTransportError } from '../../lib/common/index.js';
import { until } from '../common/waiting.js';
import { HeldSource, keeperOf, type Marked, marked, prepare, ScriptedSource } from './kept.fixture.js';

describe('SettingsKeeper.refresh', () => {
  it('tells whether the settings changed', async () => {
    let mark = 'one';
    const { keeper } = keeperOf(new ScriptedSource(() => marked(mark)));
    await keeper.start();
    await expect(keeper.refresh()).resolves.toBe(false);
    mark = 'two';
    await expect(keeper.refresh()).resolves.toBe(true);
    await expect(keeper.refresh()).resolves.toBe(false);
  });

  it('rejects when they could not be fetched or were refused, and the last good stay', async () => {
    const { keeper } = keeperOf(
      new ScriptedSource((count) => [marked('one'), 500, { accountId: 0 }][count - 1] ?? 500),
    );
    await keeper.start();
    await expect(keeper.refresh()).rejects.toBeInstanceOf(VwoTransportError);
    await expect(keeper.refresh()).rejects.toBeInstanceOf(VwoSettingsError);
    expect(keeper.current?.mark).toBe('one');
  });

  it('rejects when preparing refuses them after a while, and the last good stay', async () => {
    const { keeper, changes } = keeperOf(new ScriptedSource((count) => marked(`answer ${count}`)), {
      prepare: async (raw) => {
        await turn();
        const settings = prepare(raw);
        if (settings.mark === 'answer 2') throw new Error('the SDK does not take them');
        return settings;
      },
    });
    await keeper.start();
    const error: unknown = await keeper.refresh().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VwoSettingsError);
    expect((error as Error).message).toBe(
      'Settings from VWO (account 123456) were refused: the SDK does not take them',
    );
    expect(keeper.current?.mark).toBe('answer 1');
    await expect(keeper.refresh()).resolves.toBe(true);
    expect(changes).toEqual(['answer 1', 'answer 3']);
  });

  it('waits until the new settings are prepared; until then the old ones decide', async () => {
    const release: (() => void)[] = [];
    const { keeper, changes } = keeperOf(new ScriptedSource((count) => marked(`answer ${count}`)), {
      prepare: (raw) => new Promise<Marked>((resolve) => release.push(() => resolve(prepare(raw)))),
    });
    const started = keeper.start();
    await until(() => release.length === 1);
    release[0]?.();
    await started;
    const refreshed = keeper.refresh();
    await until(() => release.length === 2);
    expect(keeper.current?.mark).toBe('answer 1');
    release[1]?.();
    await expect(refreshed).resolves.toBe(true);
    expect(keeper.current?.mark).toBe('answer 2');
    expect(changes).toEqual(['answer 1', 'answer 2']);
  });

  it('fetches once for all who ask at the same moment', async () => {
    const source = new ScriptedSource((count) => marked(`answer ${count}`));
    const { keeper } = keeperOf(source);
    await keeper.start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => keeper.refresh()));
    expect(source.fetches).toBe(2);
    expect(answers).toEqual(answers.map(() => true));
  });

  it('fetches once more for whoever asks during a fetch, and never two at once: a slow answer replaces no newer one', async () => {
    const source = new HeldSource();
    const { keeper, changes } = keeperOf(source);
    const first = keeper.refresh();
    await until(() => source.answers.length === 1);
    const later = [keeper.refresh(), keeper.refresh(), keeper.refresh()];
    await turn();
    expect(source.answers).toHaveLength(1);
    source.answers[0]?.(marked('old'));
    await first;
    await until(() => source.answers.length === 2);
    source.answers[1]?.(marked('new'));
    await Promise.all(later);
    expect(changes).toEqual(['old', 'new']);
    expect(source.answers).toHaveLength(2);
  });

  it('does not depend on the fetch before it', async () => {
    const { keeper } = keeperOf(new ScriptedSource((count) => (count === 1 ? 500 : marked('good'))));
    const [first, second] = [keeper.refresh(), turn().then(() => keeper.refresh())];
    await expect(first).rejects.toThrow('answered 500');
    await expect(second).resolves.toBe(true);
  });

  it('keeps nothing of the request in which it was asked: fetching and preparing run in no request', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const source = new ScriptedSource((count) => {
      seen.push(requests.getStore());
      return marked(`answer ${count}`);
    });
    const { keeper, clock } = keeperOf(source, {
      prepare: (raw) => {
        seen.push(requests.getStore());
        return prepare(raw);
      },
    });
    await requests.run('A', () => keeper.start());
    await requests.run('B', () => keeper.refresh());
    await until(() => clock.timers.length === 1);
    clock.move(600_000);
    await until(() => seen.length === 6);
    expect(seen).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  it('takes nothing for settings that are not even JSON', async () => {
    const { keeper } = keeperOf({
      name: 'an odd source',
      changes: true,
      isRetried: true,
      fetch: () => Promise.resolve(Buffer.from('undefined')),
    });
    await expect(keeper.refresh()).rejects.toThrow(
      'Settings from an odd source were refused: this is not JSON (9 bytes)',
    );
  });
});

describe('problems in the settings', () => {
  const problem = (at: number) => ({ featureKey: `f${at}`, where: `campaigns[${at}]`, what: 'odd' });

  it('leave the settings in force; a few are told by name, once', async () => {
    let mark = 'one';
    let problems = Array.from({ length: 8 }, (_, at) => problem(at));
    const { keeper, lines } = keeperOf(new ScriptedSource(() => marked(mark, { problems })));
    await keeper.start();
    expect(keeper.current?.mark).toBe('one');
    expect(lines).toEqual([
      'warn: Settings from VWO (account 123456) hold what this version does not know: feature "f0", campaigns[0]: odd; ' +
        'feature "f1", campaigns[1]: odd; feature "f2", campaigns[2]: odd; feature "f3", campaigns[3]: odd; ' +
        'feature "f4", campaigns[4]: odd; and 3 more. Such rules decide as in VWO\'s own SDK.',
    ]);
    mark = 'two'; // other settings, the same problems
    await keeper.refresh();
    expect(lines).toHaveLength(1);
    problems = [problem(3)];
    await keeper.refresh();
    expect(lines.slice(1)).toEqual([expect.stringContaining('know: feature "f3", campaigns[3]: odd. Such rules')]);
  });

  it('are told again when they come back', async () => {
    const answers = [[problem(1)], [], [problem(1)]];
    const { keeper, lines } = keeperOf(new ScriptedSource((count) => marked('x', { problems: answers[count - 1] })));
    await keeper.start();
    await keeper.refresh();
    await keeper.refresh();
    expect(lines).toHaveLength(2);
  });
});
