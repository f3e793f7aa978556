import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FmeClient, type FmeClientOptions } from '../../lib/fme/index.js';
import { type Visit } from '../../lib/client/index.js';
import type { ClientName, StoredChange, StoredDecision, StoredDecisions } from '../../lib/model/index.js';
import { MemoryStorage, VwoStorage } from '../../lib/storage/index.js';
import { accountSettings, exclusiveGroup, abTest, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { clientOf, listening, shopSettings } from './client.fixture.js';
import { MovedClock } from '../common/moved-clock.js';
import { turns, until } from '../common/waiting.js';

/** A memory storage that tells what was asked of it. */
class Watched extends MemoryStorage {
  readonly loads: { userId: string; keys: readonly string[]; reach: string | undefined }[] = [];
  readonly saves: { userId: string; changes: readonly StoredChange[] }[] = [];

  override load(
    userId: string,
    keys: readonly string[],
    reach?: 'user' | 'keys',
  ): StoredDecisions | Promise<StoredDecisions> {
    this.loads.push({ userId, keys, reach });
    return super.load(userId, keys, reach);
  }

  override save(userId: string, changes: readonly StoredChange[]): void | Promise<void> {
    this.saves.push({ userId, changes });
    return super.save(userId, changes);
  }
}

const impressions = (edge: VwoEdge, userId: string) =>
  edge.eventsOf(userId).filter(({ name }) => name === 'vwo_variationShown');

describe('a visit', () => {
  let edge: VwoEdge;
  const clients: FmeClient[] = [];

  beforeEach(async () => {
    edge = await VwoEdge.start({ settings: shopSettings() });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await edge.close();
  });

  async function started(options: Partial<FmeClientOptions> = {}): Promise<FmeClient> {
    const client = await clientOf(edge, options);
    clients.push(client);
    return client;
  }

  it('is there at once where nothing has to be waited for, and a promise where the storage answers later', async () => {
    class Later extends MemoryStorage {
      override async load(...asked: Parameters<MemoryStorage['load']>): Promise<StoredDecisions> {
        return super.load(...asked);
      }
    }
    const [atOnce, later] = [await started(), await started({ storage: new Later() })];
    expect(atOnce.openVisit({ id: 'ann' })).not.toBeInstanceOf(Promise);
    expect(atOnce.openVisit(undefined)).not.toBeInstanceOf(Promise);
    const opening = later.openVisit({ id: 'ann' });
    expect(opening).toBeInstanceOf(Promise);
    const flags = [atOnce.openVisit({ id: 'ann' }), await opening].map((visit) => (visit as Visit).flag('checkout'));
    expect(flags.map((flag) => flag.isEnabled())).toEqual([true, true]);
    expect(atOnce.visit({ id: 'ann' })).toBeInstanceOf(Promise);
  });

  it('is what `visit` gives, also to Nest, where a class of the application has a `visit` of its own', async () => {
    class OfBeth extends FmeClient {
      override visit<Client extends ClientName = undefined>(): Promise<Visit<Client>> {
        return super.visit<Client>({ id: 'beth' });
      }
    }
    const client = new OfBeth({ settings: shopSettings(), events: false });
    await client.start();
    clients.push(client);
    expect((await client.openVisit({ id: 'ann' })).user?.id).toBe('beth');
  });

  it('reads the storage once, then every flag synchronously, the same object each time', async () => {
    const storage = new Watched();
    const client = await started({ storage });
    const visit = await client.visit({ id: 'ann' });

    const flag = visit.flag('checkout');
    expect(flag.isEnabled()).toBe(true);
    expect(['blue', 'green']).toContain(flag.getVariable('button', 'none'));
    expect(visit.flag('banner').getVariable('text', '')).toBe('Hello');
    expect(visit.flag('closed').isEnabled()).toBe(false);
    expect(visit.flag('checkout')).toBe(flag);
    expect(storage.loads).toEqual([{ userId: 'ann', keys: ['checkout', 'banner', 'gold', 'closed'], reach: 'user' }]);
  });

  it('keeps a decision for the user although the settings change, and says that it is stored', async () => {
    const client = await started();
    const first = await client.visit({ id: 'ann' });
    const before = first.flag('checkout');
    await first.end();

    const moved = JSON.parse(JSON.stringify(shopSettings()));
    const test = moved.campaigns.find(({ key }: { key: string }) => key === 'checkout_testingRule1');
    const given = test.variations.findIndex(({ id }: { id: number }) => id === before.variation?.id);
    test.variations[given].weight = 0;
    test.variations[1 - given].weight = 100;
    edge.setSettings(moved);
    expect(await client.refresh()).toBe(true);

    const again = (await client.visit({ id: 'ann' })).flag('checkout');
    expect(again.variation).toEqual(before.variation);
    expect(again.source).toBe('storage');
    expect((await client.visit({ id: 'somebody-new' })).flag('checkout').variation?.id).not.toBe(before.variation?.id);
  });

  it('sends an impression when a flag is first read, once, and none for a flag that nobody reads', async () => {
    const client = await started();
    const visit = await client.visit({ id: 'ann' });
    visit.flag('banner');
    visit.flag('banner');
    await visit.end();
    await client.flush();
    expect(impressions(edge, 'ann').map(({ props }) => props.id)).toEqual([3]);
  });

  it('stores nothing and sends nothing for a visit in which no flag was read', async () => {
    const storage = new Watched();
    const client = await started({ storage });
    await (await client.visit({ id: 'ann' })).end();
    await client.flush();
    expect(storage.saves).toEqual([]);
    expect(edge.eventsOf('ann')).toEqual([]);
  });

  it('sends and stores nothing again for a stored experiment', async () => {
    const storage = new Watched();
    const client = await started({ storage });
    for (let turn = 0; turn < 3; turn++) {
      const visit = await client.visit({ id: 'ann' });
      visit.flag('checkout');
      await visit.end();
    }
    await client.flush();
    expect(storage.saves).toHaveLength(1);
    expect(impressions(edge, 'ann').map(({ props }) => props.id)).toEqual([1, 2]);
  });

  it('saves and sends a flag that is read after the end, by work that outlives its request', async () => {
    const storage = new Watched();
    const client = await started({ storage });
    const visit = await client.visit({ id: 'ann' });
    await visit.end();
    visit.flag('checkout');
    visit.flag('banner');
    await visit.end();
    await client.flush();
    expect(storage.saves.map(({ changes }) => changes.map(({ key }) => key))).toEqual([['checkout', 'banner']]);
    expect(impressions(edge, 'ann')).toHaveLength(3);
  });

  it('saves and sends by itself what is read after the end', async () => {
    const storage = new Watched();
    const clock = new MovedClock(); // it stands still: nothing is looked through
    const client = await started({ storage, clock, settings: shopSettings(), events: {} });
    const visit = await client.visit({ id: 'ann' });
    await visit.end();
    visit.flag('checkout');
    await until(() => storage.saves.length > 0);
    expect(storage.saves.map(({ changes }) => changes.map(({ key }) => key))).toEqual([['checkout']]);
    await client.flush();
    expect(impressions(edge, 'ann')).toHaveLength(2);
  });

  it('is not changed by new settings in the middle of it', async () => {
    const client = await started();
    const visit = await client.visit({ id: 'ann' });
    edge.setSettings(accountSettings());
    await client.refresh();
    expect(visit.flag('banner').isEnabled()).toBe(true);
    expect((await client.visit({ id: 'ann' })).flag('banner').isEnabled()).toBe(false);
  });

  it('is not changed by what its caller does to the user context afterwards, which may be frozen as well', async () => {
    const client = await started();
    const customVariables = { plan: 'gold' };
    const visit = await client.visit({ id: 'ann', customVariables });
    customVariables.plan = 'basic';
    expect(visit.flag('gold').getVariable('discount', 0)).toBe(10);

    const frozen = Object.freeze({ id: 'bob', customVariables: Object.freeze({ plan: 'gold' }) });
    expect((await client.visit(frozen)).flag('gold').getVariable('discount', 0)).toBe(10);
  });

  it('keeps users apart when thousands of visits are interleaved', async () => {
    const storage = new Watched();
    const client = await started({ storage });
    const answers = await Promise.all(
      Array.from({ length: 2000 }, async (_, i) => {
        const gold = i % 2 === 0;
        const visit = await client.visit({ id: `user-${i}`, customVariables: { plan: gold ? 'gold' : 'basic' } });
        await new Promise(setImmediate);
        const right = visit.flag('gold').getVariable('discount', 0) === (gold ? 10 : 0);
        await visit.end();
        return right;
      }),
    );
    expect(answers.filter((right) => !right)).toHaveLength(0);
    for (const { userId, changes } of storage.saves) {
      for (const { record } of changes) expect(record.userId).toBe(userId);
    }
  });

  it('has every flag off for nobody, and for an id that is none; one warning', async () => {
    const logger = listening();
    const client = await started({ logger });
    for (const user of [undefined, { id: '' }, { id: null } as never, { id: {} } as never]) {
      const visit = await client.visit(user);
      expect(visit.flag('banner').isEnabled()).toBe(false);
      expect(visit.flag('banner').source).toBe('none');
      expect(visit.flag('banner')).toBe(visit.flag('banner'));
      await visit.end();
    }
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([
      "warn: A user's `id` must not be empty. Its flags are off.",
    ]);
  });

  it('takes a number as id, as the text that it is', async () => {
    const client = await started();
    const visit = await client.visit({ id: 42 } as never);
    expect(visit.user?.id).toBe('42');
    expect(visit.flag('checkout').variation).toEqual((await client.visit({ id: '42' })).flag('checkout').variation);
  });

  it('of nobody has no visitor, declares and ends as any other, and says why nothing is sent', async () => {
    const logger = listening();
    const client = await started({ logger, preload: 'declared' });
    const visit = await client.visit(undefined, ['banner']);
    expect([visit.user, visit.uuid, visit.sessionId]).toEqual([undefined, undefined, undefined]);
    await expect(visit.declare?.(['gold'])).resolves.toBeUndefined();
    expect(visit.flag('banner').reason).toBe('nobody');
    expect(visit.track('orderPlaced')).toBe(false);
    expect(visit.setAttribute({ plan: 'gold' })).toBe(false);
    await expect(visit.end()).resolves.toBeUndefined();
    expect(logger.lines).toContainEqual('warn: Event "orderPlaced" could not be sent: there is no user.');
  });

  it('without settings says for a user, too, why nothing is sent', async () => {
    edge.fail('settings', { kind: 'status', status: 503 });
    const logger = listening();
    const client = await started({ logger, startTimeout: 20 });
    expect((await client.visit(undefined)).track('orderPlaced')).toBe(false);
    const visit = await client.visit({ id: 'ann' });
    expect(visit.track('orderPlaced')).toBe(false);
    expect(visit.flag('banner').reason).toBe('no-settings');
    expect(client.counters().visits).toBe(2);
    expect(logger.lines).toEqual(
      expect.arrayContaining([
        'warn: Event "orderPlaced" could not be sent: there is no user.',
        'warn: Event "orderPlaced" could not be sent: there are no settings yet.',
      ]),
    );
  });

  it('has an unknown flag off, and says so once', async () => {
    const logger = listening();
    const client = await started({ logger });
    for (const id of ['ann', 'bob']) expect((await client.visit({ id })).flag('chekout').isEnabled()).toBe(false);
    expect(logger.lines.filter((line) => line.includes('chekout'))).toEqual([
      'warn: Flag "chekout" is off: the settings know no feature of that key.',
    ]);
    (await client.visit({ id: 'ann' })).flag('baner');
    expect(logger.lines).toContain('warn: Flag "baner" is off: the settings know no feature of that key.');
  });

  it('lets two flags of one group meet in one visit: only one experiment runs', async () => {
    edge.setSettings(
      accountSettings({
        features: ['left', 'right'].map((key) =>
          feature(key, [rollout(), abTest({ variations: [{ variables: { on: true } }] })]),
        ),
        groups: [exclusiveGroup('sides', ['left', 'right'])],
      }),
    );
    const storage = new Watched();
    const client = await started({ storage });
    const experiments = (visit: Visit) =>
      ['left', 'right'].filter((key) => visit.flag(key).variation?.campaignKey.endsWith('testingRule1'));
    for (let i = 0; i < 50; i++) {
      const visit = await client.visit({ id: `user-${i}` });
      expect(experiments(visit)).toHaveLength(1);
      await visit.end();
      expect(experiments(await client.visit({ id: `user-${i}` }))).toEqual(experiments(visit));
    }
    expect(storage.loads[0]?.keys).toContain('_vwo_meta_meg_1');
  });

  it('stores no record of another user that a broken store hands out', async () => {
    const logger = listening();
    const storage = new Watched();
    const client = await started({ storage, logger });
    const ann = await client.visit({ id: 'ann' });
    const given = ann.flag('checkout').variation;
    await ann.end();
    const stolen = (await storage.load('ann', ['checkout'])).get('checkout') as StoredDecision;
    const other = [...Array(50).keys()].map((i) => `user-${i}`);
    for (const id of other) await storage.save(id, [{ key: 'checkout', record: stolen, replaces: undefined }]);

    const variations = new Set<number | undefined>();
    for (const id of other) {
      const flag = (await client.visit({ id })).flag('checkout');
      expect(flag.source).toBe('rules');
      variations.add(flag.variation?.id);
    }
    expect(variations.size).toBe(2);
    expect(variations.has(given?.id)).toBe(true);
    expect(client.counters().storageRecordsRefused).toBe(50);
    expect(logger.lines.filter((line) => line.includes('was ignored'))).toHaveLength(1);
  });

  describe("with preload: 'declared'", () => {
    it('asks the storage for the declared keys only', async () => {
      const storage = new Watched();
      const client = await started({ storage, preload: 'declared' });
      const visit = await client.visit({ id: 'ann' }, ['banner']);
      expect(visit.flag('banner').isEnabled()).toBe(true);
      expect(storage.loads).toEqual([{ userId: 'ann', keys: ['banner'], reach: 'keys' }]);
    });

    it('asks for what is declared later too, each key once, and keeps what was decided before', async () => {
      const storage = new Watched();
      const client = await started({ storage, preload: 'declared' });
      const first = await client.visit({ id: 'ann' }, []);
      await first.declare?.(['checkout']);
      const before = first.flag('checkout');
      await first.end();
      expect(storage.saves).toHaveLength(1);

      storage.loads.length = 0;
      const visit = await client.visit({ id: 'ann' }, ['banner']);
      await Promise.all([visit.declare?.(['banner', 'checkout']), visit.declare?.(['banner', 'checkout'])]);
      await expect(visit.declare?.(['checkout', 'banner'])).resolves.toBeUndefined();
      expect(storage.loads).toEqual([
        { userId: 'ann', keys: ['banner'], reach: 'keys' },
        { userId: 'ann', keys: ['checkout'], reach: 'keys' },
      ]);
      expect(visit.flag('checkout')).toMatchObject({ source: 'storage', variation: before.variation });
    });

    it('refuses another key with the cure, also where there is no user, and asks nothing when nothing is declared', async () => {
      const storage = new Watched();
      const client = await started({ storage, preload: 'declared' });
      for (const user of [{ id: 'ann' }, undefined]) {
        const visit = await client.visit(user);
        expect(() => visit.flag('banner')).toThrow(/"banner" was read but not declared.*@UseFlags\('banner'\)/);
      }
      expect(storage.loads).toEqual([]);
    });
  });

  describe('with a storage that fails', () => {
    const loadFailures: [string, () => unknown][] = [
      [
        'throws',
        () => {
          throw new Error('disk on fire');
        },
      ],
      [
        'throws what is no error',
        () => {
          throw 'boom';
        },
      ],
      ['rejects', () => Promise.reject(new Error('disk on fire'))],
      ['gives null', () => Promise.resolve(null)],
      ['gives a plain object', () => ({})],
      ['gives nothing', () => undefined],
      ['never settles', () => new Promise(() => undefined)],
    ];

    it.each(loadFailures)(
      'that %s on load: the visit goes on, it is counted, one warning, and what it decides is stored where nothing is',
      async (_, fail) => {
        const saved: unknown[] = [];
        class Broken extends VwoStorage {
          load = () => fail() as Promise<StoredDecisions>;
          save = (userId: string, changes: readonly StoredChange[]) => {
            saved.push([userId, ...changes.map(({ key, replaces }) => [key, replaces])]);
            return Promise.resolve();
          };
          forget = () => Promise.resolve();
        }
        const logger = listening();
        const client = await started({ storage: new Broken(), storageTimeout: 5, logger });
        for (const id of ['ann', 'bob']) {
          const visit = await client.visit({ id });
          expect(visit.flag('checkout').isEnabled()).toBe(true);
          await visit.end();
        }
        expect(saved).toEqual(['ann', 'bob'].map((id) => [id, ['checkout', undefined]]));
        expect(client.counters()).toMatchObject({ storageReads: 2, storageReadFailures: 2, storageRecordsRefused: 0 });
        expect(logger.lines.filter((line) => line.startsWith('warn: Stored decisions could not be read'))).toHaveLength(
          1,
        );
        await client.flush();
        expect(impressions(edge, 'ann')).toHaveLength(2);
      },
    );

    const saveFailures: [string, () => unknown][] = [
      [
        'throws',
        () => {
          throw new Error('disk full');
        },
      ],
      ['rejects', () => Promise.reject(new Error('disk full'))],
      ['gives no promise', () => undefined],
    ];

    it.each(saveFailures)('that %s on save: nobody is harmed', async (name, fail) => {
      class Broken extends VwoStorage {
        load = () => Promise.resolve(new Map());
        save = () => fail() as Promise<void>;
        forget = () => Promise.resolve();
      }
      const client = await started({ storage: new Broken(), closeTimeout: 100 }); // what is kept is tried again until then
      const visit = await client.visit({ id: 'ann' });
      visit.flag('checkout');
      await expect(visit.end()).resolves.toBeUndefined();
      expect(client.counters().storageWriteFailures).toBe(name === 'gives no promise' ? 0 : 1);
    });

    it('that is late: its answer changes nothing any more, its rejection reaches nobody', async () => {
      const clock = new MovedClock();
      const late: { resolve: (records: StoredDecisions) => void; reject: (error: Error) => void }[] = [];
      class Slow extends VwoStorage {
        load = () => new Promise<StoredDecisions>((resolve, reject) => late.push({ resolve, reject }));
        save = () => Promise.resolve();
        forget = () => Promise.resolve();
      }
      const client = await started({ storage: new Slow(), clock, settings: shopSettings() });
      const opening = [client.visit({ id: 'ann' }), client.visit({ id: 'bob' })];
      await new Promise(setImmediate);
      clock.move(50);
      const [ann, bob] = await Promise.all(opening);
      const fresh = ann?.flag('checkout');
      late[0]?.resolve(new Map([['checkout', { userId: 'ann', featureKey: 'checkout', experimentId: 1 }]]));
      late[1]?.reject(new Error('too late'));
      await new Promise(setImmediate);
      expect(ann?.flag('checkout')).toBe(fresh);
      expect(bob?.flag('checkout').source).toBe('rules');
    });

    it('recovers: decisions are stored again as soon as it answers, and the log says so', async () => {
      let broken = true;
      class Shaky extends Watched {
        override load(userId: string, keys: readonly string[]): StoredDecisions | Promise<StoredDecisions> {
          return broken ? Promise.reject(new Error('away')) : super.load(userId, keys);
        }
      }
      const storage = new Shaky();
      const logger = listening();
      const client = await started({ storage, logger });
      (await client.visit({ id: 'ann' })).flag('checkout');
      broken = false;
      const visit = await client.visit({ id: 'ann' });
      visit.flag('checkout');
      await visit.end();
      expect(storage.saves).toHaveLength(1);
      expect(logger.lines).toContain('log: The storage works again.');
    });

    it('that never finishes a write does not hold the end of a visit for ever', async () => {
      const clock = new MovedClock();
      class Stuck extends VwoStorage {
        load = () => Promise.resolve(new Map());
        save = () => new Promise<void>(() => undefined);
        forget = () => Promise.resolve();
      }
      const client = await started({ storage: new Stuck(), clock, settings: shopSettings() });
      const visit = await client.visit({ id: 'ann' });
      visit.flag('checkout');
      const ending = visit.end();
      await new Promise(setImmediate);
      clock.move(5_000);
      await ending;
      expect(client.counters().storageWriteFailures).toBe(1);
      const closing = client.close();
      await turns();
      clock.move(5_000);
      await closing;
    });
  });
});
