import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Diagnostics } from '../../lib/common/diagnostics.js';
import { compile, type CompiledSettings, type VwoSettings } from '../../lib/fme/engine/index.js';
import {
  GivenSettingsSource,
  SettingsKeeper,
  type SettingsKeeperOptions,
  type SettingsSource,
  VwoSettingsSource,
} from '../../lib/settings/index.js';
import { Transport, VwoHosts } from '../../lib/transport/index.js';
import { VwoSettingsError, VwoStartError, VwoTransportError } from '../../lib/common/vwo.errors.js';
import { listener, loopback, type Loopback } from '../transport/loopback.js';
import { MovedClock, until } from '../common/moved-clock.js';

const open: Loopback[] = [];
const keepers: SettingsKeeper[] = [];
afterEach(async () => {
  keepers.splice(0).forEach((keeper) => keeper.close());
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** Settings of account 123456; `mark` tells them apart. */
const marked = (mark: string, more: object = {}) => ({ accountId: 123456, features: [], mark, ...more });
const markOf = (keeper: SettingsKeeper) => keeper.settings?.mark;

type Answer = object | number | 'silence' | 'reset' | 'garbage';

/** A VWO that answers each request for settings as the test says. */
async function vwo(answer: (count: number) => Answer) {
  const server = await loopback((request, response) => {
    const what = answer(server.requests.length);
    if (what === 'reset') request.socket.resetAndDestroy();
    else if (what === 'garbage') response.end('<html>');
    else if (typeof what === 'number') response.writeHead(what).end('{}');
    else if (typeof what === 'object') response.end(JSON.stringify(what));
  });
  open.push(server);
  return server;
}

function keeperOf(from: Loopback | SettingsSource, options: Partial<SettingsKeeperOptions> = {}) {
  const clock = new MovedClock();
  const wire = new MovedClock(); // deadlines of single calls, so that `clock` holds the keeper's timers only
  const logger = listener();
  const diagnostics = new Diagnostics(logger, clock);
  const source =
    'server' in from
      ? new VwoSettingsSource({
          transport: new Transport({ clock: wire }),
          hosts: new VwoHosts({ baseUrl: from.url }),
          accountId: '123456',
          sdkKey: 'the-key',
        })
      : from;
  const changes: unknown[] = [];
  const keeper = new SettingsKeeper({
    source,
    compile,
    accountId: '123456',
    startTimeout: 5_000,
    onStartFailure: 'continue',
    diagnostics,
    clock,
    onChange: (_compiled, settings) => changes.push(settings.mark),
    ...options,
  });
  keepers.push(keeper);
  return { keeper, clock, wire, changes, lines: logger.lines, counted: () => diagnostics.snapshot() };
}

describe('SettingsKeeper.start', () => {
  it('has settings, compiled, when it is done', async () => {
    const server = await vwo(() => marked('first'));
    const { keeper, changes, lines, counted } = keeperOf(server);
    expect(keeper.current).toBeUndefined();
    await keeper.start();
    expect(keeper.current?.accountId).toBe('123456');
    expect(changes).toEqual(['first']);
    expect(lines).toEqual([]);
    expect(counted()).toMatchObject({ settingsFetches: 1, settingsFailures: 0 });
  });

  it('is the same start when called twice', async () => {
    const server = await vwo(() => marked('first'));
    const { keeper } = keeperOf(server);
    await Promise.all([keeper.start(), keeper.start()]);
    expect(server.requests).toHaveLength(1);
  });

  it.each<Answer>([503, 404, 'reset', 'garbage', { accountId: true }, marked('other', { accountId: 7 })])(
    'tries again within its time when the answer is %j',
    async (bad) => {
      const server = await vwo((count) => (count <= 2 ? bad : marked('good')));
      const { keeper, clock, lines, counted } = keeperOf(server);
      const started = keeper.start();
      for (const tries of [1, 2]) {
        await until(() => server.requests.length === tries && clock.timers.length === 2);
        clock.move(clock.timers[0] ?? 0);
      }
      await started;
      expect(markOf(keeper)).toBe('good');
      expect(counted()).toMatchObject({ settingsFetches: 3, settingsFailures: 2 });
      expect(lines).toEqual([]); // nobody was without flags
    },
  );

  it.each<Answer>(['silence', 503])(
    'goes on without settings after `startTimeout`, says so once, and takes them when they come (%j)',
    async (bad) => {
      let down = true;
      const server = await vwo(() => (down ? bad : marked('late')));
      const { keeper, clock, wire, lines, changes } = keeperOf(server);
      const started = keeper.start();
      await until(() => server.requests.length === 1);
      clock.move(5_000);
      await started;
      expect(keeper.current).toBeUndefined();
      expect(lines).toEqual([
        expect.stringMatching(
          /^warn: No settings from VWO \(account 123456\) within 5000 ms \(.*\)\. Every flag is off/,
        ),
      ]);
      expect(lines.join()).not.toContain('the-key');
      down = false;
      wire.move(10_000);
      await until(() => {
        clock.move(1_000);
        return keeper.current !== undefined;
      });
      expect(changes).toEqual(['late']);
      expect(lines).toHaveLength(2);
      expect(lines[1]).toMatch(/^log: Settings arrive from VWO/);
    },
  );

  it('rejects after `startTimeout` where that was asked for, with the reason and the cure, and stops trying', async () => {
    const server = await vwo(() => 403);
    const { keeper, clock } = keeperOf(server, { onStartFailure: 'fail' });
    const started = keeper.start();
    const refused = expect(started).rejects.toThrow(
      /^No settings from VWO \(account 123456\) within 5000 ms \(GET http:.*answered 403\)\. Are `accountId`, `sdkKey`/,
    );
    await until(() => server.requests.length === 1 && clock.timers.length === 2);
    clock.move(5_000);
    await refused;
    await expect(started).rejects.toBeInstanceOf(VwoStartError);
    expect(clock.timers).toEqual([]);
  });

  it('waits longer between tries each time', async () => {
    const server = await vwo(() => 503);
    const { keeper, clock } = keeperOf(server, { startTimeout: 10 });
    const started = keeper.start();
    await until(() => server.requests.length === 1);
    clock.move(10);
    await started;
    const waits: number[] = [];
    for (let tries = 1; tries <= 9; tries++) {
      await until(() => server.requests.length === tries && clock.timers.length === 1);
      waits.push(clock.timers[0] ?? 0);
      clock.move(waits.at(-1) ?? 0);
    }
    expect(waits[1]).toBeGreaterThanOrEqual(250);
    expect(waits[5]).toBeGreaterThanOrEqual(4_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
  });

  it('ends at once when the client is closed meanwhile', async () => {
    const server = await vwo(() => 503);
    const { keeper, clock } = keeperOf(server);
    const started = keeper.start();
    await until(() => server.requests.length === 1 && clock.timers.length === 2);
    keeper.close();
    await started;
    expect(clock.timers).toEqual([]);
  });
});

describe('settings that are given', () => {
  it('are there at once, with no network and no timer', async () => {
    const { keeper, clock } = keeperOf(new GivenSettingsSource(marked('given') as VwoSettings));
    await keeper.start();
    expect(markOf(keeper)).toBe('given');
    expect(keeper.fetchTime).toBe(0);
    expect(clock.timers).toEqual([]);
    await expect(keeper.refresh()).resolves.toBe(false);
  });

  it('refuse to start when they are not settings: no waiting heals that', async () => {
    const { keeper, clock } = keeperOf(
      new GivenSettingsSource({ accountId: 1, features: 'x' } as unknown as VwoSettings),
      {
        accountId: undefined,
      },
    );
    await expect(keeper.start()).rejects.toThrow('features: expected a list, got "x"');
    expect(clock.timers).toEqual([]);
  });
});

describe('polling', () => {
  it('asks every ten minutes, and takes what has changed', async () => {
    let mark = 'one';
    const server = await vwo(() => marked(mark));
    const { keeper, clock, changes } = keeperOf(server);
    await keeper.start();
    await until(() => clock.timers.length === 1);
    expect(clock.timers).toEqual([600_000]);
    const first = keeper.current;
    clock.move(600_000);
    await until(() => server.requests.length === 2 && clock.timers.length === 1);
    expect(keeper.current).toBe(first); // unchanged: not compiled again
    mark = 'two';
    clock.move(600_000);
    await until(() => markOf(keeper) === 'two');
    expect(keeper.current).not.toBe(first);
    expect(changes).toEqual(['one', 'two']);
  });

  it('takes the interval from the settings, within reason, and from the option before them', async () => {
    const timersOf = async (own: unknown, pollInterval?: number) => {
      const { keeper, clock } = keeperOf(await vwo(() => marked('x', { pollInterval: own })), { pollInterval });
      await keeper.start();
      await until(() => clock.timers.length === 1);
      return clock.timers;
    };
    expect(await timersOf(30_000)).toEqual([30_000]);
    expect(await timersOf(30_000, 5_000)).toEqual([5_000]);
    expect(await timersOf(1)).toEqual([1_000]);
    expect(await timersOf(1e12)).toEqual([2 ** 31 - 1]);
    for (const nonsense of ['30000', -1, 0, null, {}]) expect(await timersOf(nonsense)).toEqual([600_000]);
  });

  it('follows an interval that changes', async () => {
    let pollInterval = 30_000;
    const server = await vwo(() => marked('x', { pollInterval }));
    const { keeper, clock } = keeperOf(server);
    await keeper.start();
    await until(() => clock.timers.length === 1);
    pollInterval = 60_000;
    clock.move(30_000);
    await until(() => clock.timers.length === 1);
    expect(clock.timers).toEqual([60_000]);
  });

  it.each<Answer>([
    503,
    'reset',
    'garbage',
    {},
    marked('foreign', { accountId: 7 }),
    { accountId: 123456, features: 5 },
  ])(
    'keeps the last good settings when the answer is %j, counts it, says so once, and says when it is over',
    async (bad) => {
      const server = await vwo((count) => (count === 1 ? marked('good') : count <= 3 ? bad : marked('better')));
      const { keeper, clock, lines, counted } = keeperOf(server, { pollInterval: 1_000 });
      await keeper.start();
      for (const polls of [2, 3]) {
        await until(() => clock.timers.length === 1);
        clock.move(1_000);
        await until(() => server.requests.length === polls && clock.timers.length === 1);
        expect(markOf(keeper)).toBe('good');
      }
      expect(counted()).toMatchObject({ settingsFetches: 3, settingsFailures: 2 });
      expect(lines).toEqual([
        expect.stringMatching(/^warn: Settings could not be had from VWO.*The last good ones stay/),
      ]);
      clock.move(1_000);
      await until(() => markOf(keeper) === 'better');
      await until(() => lines.length === 2);
      expect(lines[1]).toMatch(/^log: Settings arrive from VWO/);
    },
  );

  it('gives a silent VWO up after a while and asks again', async () => {
    const server = await vwo((count) => (count === 2 ? 'silence' : marked(`answer ${count}`)));
    const { keeper, clock, wire } = keeperOf(server, { pollInterval: 1_000 });
    await keeper.start();
    await until(() => clock.timers.length === 1);
    clock.move(1_000);
    await until(() => server.requests.length === 2);
    expect(clock.timers).toEqual([]); // one question at a time
    wire.move(10_000);
    await until(() => clock.timers.length === 1);
    clock.move(1_000);
    await until(() => markOf(keeper) === 'answer 3');
  });

  it('ends with close, and an answer that comes later changes nothing', async () => {
    let release = (_value: unknown): void => undefined;
    const source: SettingsSource = {
      name: 'a slow source',
      changes: true,
      fetch: () => (keeper.current ? new Promise((resolve) => (release = resolve)) : Promise.resolve(marked('one'))),
    };
    const { keeper, clock, changes } = keeperOf(source);
    await keeper.start();
    const refreshed = keeper.refresh();
    await turn();
    keeper.close();
    release(marked('two'));
    await expect(refreshed).resolves.toBe(false);
    expect(changes).toEqual(['one']);
    expect(clock.timers).toEqual([]);
    await expect(keeper.refresh()).rejects.toThrow('closed');
  });
});

describe('SettingsKeeper.refresh', () => {
  it('tells whether the settings changed', async () => {
    let mark = 'one';
    const { keeper } = keeperOf(await vwo(() => marked(mark)));
    await keeper.start();
    await expect(keeper.refresh()).resolves.toBe(false);
    mark = 'two';
    await expect(keeper.refresh()).resolves.toBe(true);
    await expect(keeper.refresh()).resolves.toBe(false);
  });

  it('rejects when they could not be had, and the last good stay', async () => {
    const { keeper } = keeperOf(
      await vwo((count) => (count === 1 ? marked('one') : count === 2 ? 500 : { accountId: 0 })),
    );
    await keeper.start();
    await expect(keeper.refresh()).rejects.toBeInstanceOf(VwoTransportError);
    await expect(keeper.refresh()).rejects.toBeInstanceOf(VwoSettingsError);
    expect(markOf(keeper)).toBe('one');
  });

  it('asks once for all who ask at the same moment', async () => {
    const server = await vwo((count) => marked(`answer ${count}`));
    const { keeper } = keeperOf(server);
    await keeper.start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => keeper.refresh()));
    expect(server.requests).toHaveLength(2);
    expect(answers).toEqual(answers.map(() => true));
  });

  it('asks once more for whoever came while an answer was on its way: that one may be older than what he knows', async () => {
    const releases: ((value: unknown) => void)[] = [];
    const source: SettingsSource = {
      name: 'a slow source',
      changes: true,
      fetch: () => new Promise((resolve) => releases.push(resolve)),
    };
    const { keeper, changes } = keeperOf(source);
    const first = keeper.refresh();
    await until(() => releases.length === 1);
    const later = [keeper.refresh(), keeper.refresh(), keeper.refresh()];
    await turn();
    expect(releases).toHaveLength(1); // never two at once, so that no slow answer can replace a newer one
    releases[0]?.(marked('old'));
    await first;
    await until(() => releases.length === 2);
    releases[1]?.(marked('new'));
    await Promise.all(later);
    expect(changes).toEqual(['old', 'new']);
    expect(releases).toHaveLength(2);
  });

  it('asks at the place for webhooks when one of those who ask has heard of a change', async () => {
    const server = await vwo(() => marked('one'));
    const { keeper } = keeperOf(server);
    await keeper.start();
    await Promise.all([keeper.refresh(), keeper.refresh('webhook')]);
    await keeper.refresh();
    expect(server.requests.map((line) => line.split('?')[0])).toEqual([
      'GET /server-side/v2-settings',
      'GET /server-side/v2-pull',
      'GET /server-side/v2-settings',
    ]);
  });

  it('does not stumble over a failure before it', async () => {
    const { keeper } = keeperOf(await vwo((count) => (count === 1 ? 500 : marked('good'))));
    const [first, second] = [keeper.refresh(), turn().then(() => keeper.refresh())];
    await expect(first).rejects.toThrow('answered 500');
    await expect(second).resolves.toBe(true);
  });
});

describe('settings with problems', () => {
  it('are in force all the same; the problems are told once per change, a few by name', async () => {
    let mark = 'one';
    const problems = Array.from({ length: 8 }, (_, i) => ({
      featureKey: `f${i}`,
      where: `campaigns[${i}]`,
      what: 'odd',
    }));
    const { keeper, lines } = keeperOf(await vwo(() => marked(mark)), {
      compile: (settings) => Object.assign(Object.create(compile(settings)) as CompiledSettings, { problems }),
    });
    await keeper.start();
    expect(keeper.current).toBeDefined();
    expect(lines).toEqual([
      expect.stringContaining('feature "f0", campaigns[0]: odd; feature "f1", campaigns[1]: odd'),
    ]);
    expect(lines[0]).toContain('and 3 more');
    await keeper.refresh();
    expect(lines).toHaveLength(1);
    mark = 'two';
    await keeper.refresh();
    expect(lines).toHaveLength(2);
  });
});
