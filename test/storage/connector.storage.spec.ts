import { describe, expect, it, jest } from '@jest/globals';
import type { StoredChange, StoredDecision } from '../../lib/model/index.js';
import { connectorStorage, type VwoStorageConnector } from '../../lib/storage/index.js';
import { asyncConnector, syncConnector } from './connectors.js';

describe('connectorStorage', () => {
  it("takes the example of VWO's documentation as it is, whose records name neither feature nor user", async () => {
    const db = new Map<string, unknown>();
    const storage = connectorStorage({
      get: (key, userId) => db.get(`${key}_${userId}`),
      set(value) {
        const { rolloutId, rolloutKey, rolloutVariationId, experimentId, experimentKey, experimentVariationId } = value;
        const kept = { rolloutId, rolloutKey, rolloutVariationId, experimentId, experimentKey, experimentVariationId };
        db.set(`${String(value['featureKey'])}_${String(value['userId'])}`, kept);
        return true;
      },
    });
    await storage.save('user', [first('checkout', { experimentId: 5, experimentVariationId: 2 })]);
    const found = (await storage.load('user', ['checkout'])).get('checkout');
    expect(found).toEqual({ featureKey: 'checkout', userId: 'user', experimentId: 5, experimentVariationId: 2 });
  });

  it("takes a class, as VWO's README gives it to the SDK", async () => {
    class StorageConnector {
      private readonly kept = { userId: 'user', featureKey: 'checkout', experimentId: 1 };
      get(): unknown {
        return this.kept;
      }
      set(): void {}
    }
    const storage = connectorStorage(StorageConnector);
    expect((await storage.load('user', ['checkout'])).get('checkout')).toEqual({ ...record('checkout') });
  });

  it('does not call what VWO added for settings where records are asked for', async () => {
    const getSettings = jest.fn();
    const setSettings = jest.fn();
    const storage = connectorStorage({ ...syncConnector(), getSettings, setSettings } as VwoStorageConnector);
    await storage.save('user', [first('checkout')]);
    await storage.load('user', ['checkout']);
    expect([getSettings, setSettings].map((fn) => fn.mock.calls.length)).toEqual([0, 0]);
  });

  it('asks for the keys that are needed and no others, each once, all at the same time', async () => {
    let asked: string[] = [];
    let answer = (): void => undefined;
    const together = new Promise<void>((resolve) => (answer = resolve));
    const get = async (key: string): Promise<undefined> => {
      asked = [...asked, key];
      if (asked.length === 3) answer(); // nobody is answered before all are asked
      await together;
    };
    await connectorStorage({ ...syncConnector(), get }).load('user', ['a', 'b', 'c']);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('has nothing to load where nothing is asked for', async () => {
    expect((await connectorStorage(syncConnector()).load('user', [])).size).toBe(0);
  });

  it.each([null, undefined, {}, Object.create(null), false, '', 0])('takes %j for nothing stored', async (nothing) => {
    const storage = connectorStorage({ ...syncConnector(), get: () => nothing });
    expect((await storage.load('user', ['checkout'])).size).toBe(0);
  });

  it.each(['{"experimentId":1}', 5, true, [1], { id: 7 }])(
    'takes %j for a record of nobody, which is refused and counted',
    async (odd) => {
      const storage = connectorStorage({ ...syncConnector(), get: () => odd });
      const found = (await storage.load('user', ['checkout'])).get('checkout');
      expect(found?.userId).toBe('');
    },
  );

  it('reads what a database library wraps around a record', async () => {
    class Document {
      constructor(private readonly fields: object) {}
      toJSON(): object {
        return this.fields;
      }
    }
    const storage = connectorStorage({ ...syncConnector(), get: () => new Document(record('checkout')) });
    expect((await storage.load('user', ['checkout'])).get('checkout')).toEqual(record('checkout'));
  });

  describe('of an entity of a database library', () => {
    const loaded = async (answer: object): Promise<StoredDecision | undefined> =>
      (await connectorStorage({ ...syncConnector(), get: () => answer }).load('user', ['checkout'])).get('checkout');

    it('reads no method that is called like a field', async () => {
      class Row {
        readonly experimentId = 1;
        userId(): string {
          return 'another';
        }
      }
      expect(await loaded(new Row())).toEqual(record('checkout'));
    });

    it('believes what its toJSON says of a field', async () => {
      class Row {
        readonly experimentId = '1';
        toJSON(): object {
          return { experimentId: 1 };
        }
      }
      expect(await loaded(new Row())).toEqual(record('checkout'));
    });

    it.each([
      ['no fields but a text', 'row 5'],
      ['nothing', undefined],
    ])('reads the fields by name where its toJSON gives %s', async (_what, json) => {
      class Row {
        get experimentId(): number {
          return 1;
        }
        toJSON(): unknown {
          return json;
        }
      }
      expect(await loaded(new Row())).toEqual(record('checkout'));
    });

    it("reads every field that VWO's Full Stack SDK documents", async () => {
      const row = {
        userId: 'ann',
        campaignKey: 'old',
        variationName: 'B',
        goalIdentifier: 'g',
        metaData: { list: [1] },
      };
      const get = (): unknown => Object.create(row);
      const storage = connectorStorage({ get, set: () => undefined }, { order: 'user-first' });
      const found = (await storage.load('user', ['checkout'])).get('checkout');
      expect(found).toEqual(row);
      row.metaData.list.push(2);
      expect(found?.['metaData']).toEqual({ list: [1] });
    });

    it('takes a record of Full Stack that names neither campaign nor user for what was asked for', async () => {
      const get = (): unknown => ({ variationName: 'B' });
      const storage = connectorStorage({ get, set: () => undefined }, { order: 'user-first' });
      const found = (await storage.load('user', ['checkout'])).get('checkout');
      expect(found).toEqual({ userId: 'user', campaignKey: 'checkout', variationName: 'B' });
    });
  });

  describe('when the connector fails', () => {
    it.each<[string, VwoStorageConnector['get']]>([
      ['throws', () => fail('no database')],
      ['rejects', () => Promise.reject(new Error('no database'))],
      ['rejects with a string', () => Promise.reject('no database' as unknown as Error)],
    ])('says why, when every get %s', async (_how, get) => {
      const storage = connectorStorage({ ...syncConnector(), get });
      const said = { code: 'VWO_STORAGE', message: "The storage connector's get failed: no database" };
      await expect(storage.load('user', ['a', 'b'])).rejects.toMatchObject(said);
    });

    it('says why where one key is asked for, and what the connector threw', async () => {
      const error = new Error('no database');
      const get: VwoStorageConnector['get'] = () => Promise.reject(error);
      const said = { message: "The storage connector's get failed: no database", cause: error };
      await expect(connectorStorage({ ...syncConnector(), get }).load('user', ['a'])).rejects.toMatchObject(said);
    });

    it('says of several failures the first, and keeps no more than 100 characters of one', async () => {
      const get: VwoStorageConnector['get'] = (key) => fail(`no ${key}`);
      await expect(connectorStorage({ ...syncConnector(), get }).load('user', ['a', 'b'])).rejects.toThrow(/: no a$/);
      const wordy: VwoStorageConnector['get'] = (key) => (key === 'a' ? fail('x'.repeat(150)) : undefined);
      const loaded = await connectorStorage({ ...syncConnector(), get: wordy }).load('user', ['a', 'b']);
      expect(loaded.get('a')).toEqual({ userId: '', unreadable: 'x'.repeat(100) });
    });

    it('keeps the decisions whose get works when another one fails', async () => {
      const connector = asyncConnector();
      const storage = connectorStorage(connector);
      await storage.save('user', [first('a'), first('b')]);
      const get: VwoStorageConnector['get'] = (key, userId) =>
        key === 'b' ? fail('torn page') : connector.get(key, userId);
      const loaded = await connectorStorage({ ...connector, get }).load('user', ['a', 'b']);
      expect(loaded.get('a')).toEqual(record('a'));
      expect(loaded.get('b')).toEqual({ userId: '', unreadable: 'torn page' });
    });

    it('does not overwrite a decision that could not be read', async () => {
      const connector = asyncConnector();
      await connectorStorage(connector).save('user', [first('a'), first('b')]);
      let down = true;
      const get: VwoStorageConnector['get'] = (key, userId) =>
        down && key === 'b' ? fail('torn page') : connector.get(key, userId);
      const storage = connectorStorage({ ...connector, get });
      const loaded = await storage.load('user', ['a', 'b']);
      const blind = { key: 'b', record: record('b', { experimentId: 9 }), replaces: loaded.get('b') };
      await expect(storage.save('user', [blind])).rejects.toThrow('torn page');
      down = false;
      await storage.save('user', [blind]);
      await storage.save('user', [{ ...blind, replaces: undefined }]);
      expect((await storage.load('user', ['b'])).get('b')).toEqual(record('b'));
    });

    it.each<[string, () => unknown]>([
      ['throws', () => fail('read-only')],
      ['rejects', () => Promise.reject(new Error('read-only'))],
    ])('saves the other records of a visit when one set %s, and says why', async (_how, failing) => {
      const connector = syncConnector();
      const set: VwoStorageConnector['set'] = (data) => (data['featureKey'] === 'a' ? failing() : connector.set(data));
      const storage = connectorStorage({ ...connector, set });
      const said = { code: 'VWO_STORAGE', message: "The storage connector's set failed: read-only" };
      await expect(storage.save('user', [first('a'), first('b')])).rejects.toMatchObject(said);
      expect([...(await storage.load('user', ['a', 'b'])).keys()]).toEqual(['b']);
    });
  });

  it('gives `set` a whole record of its own to keep or to change', async () => {
    const holdouts = Object.freeze([1]);
    const set = jest.fn((data: Record<string, unknown>) => {
      data['savedAt'] = 1;
      (data['isInHoldoutId'] as number[]).push(2);
    });
    const change = first('checkout', { isInHoldoutId: holdouts });
    await connectorStorage({ get: () => undefined, set }).save('user', [change]);
    expect(set).toHaveBeenCalledWith({ ...record('checkout'), isInHoldoutId: [1, 2], savedAt: 1 });
    expect(change.record).toEqual(record('checkout', { isInHoldoutId: [1] }));
  });

  it('rejects `forget` where the connector has none', async () => {
    const { get, set } = syncConnector();
    await expect(connectorStorage({ get, set }).forget('user')).rejects.toMatchObject({
      code: 'VWO_STORAGE',
      message: expect.stringMatching(/VWO asks for get and set only\. Add a function forget\(userId\)/),
    });
  });

  it('serves one account and environment, so that two never meet', () => {
    const storage = connectorStorage(syncConnector());
    void storage.open({ accountId: '1', environment: 'production' });
    expect(() => storage.open({ accountId: '1', environment: 'staging' })).toThrow(
      /^This ConnectorStorage keeps .* "production", and cannot keep those of .* "staging"/,
    );
  });

  it.each([undefined, null, {}, { get: () => 1 }, { set: () => 1 }].map((given) => [given]))(
    'refuses %p, which is no connector',
    (given) => {
      expect(() => connectorStorage(given as unknown as VwoStorageConnector)).toThrow(
        expect.objectContaining({
          code: 'VWO_OPTIONS',
          message: expect.stringContaining(
            '`connector` must be an object with the functions get(featureKey, userId) and set(data), got',
          ),
        }),
      );
    },
  );

  it.each<[object, object, string]>([
    [syncConnector(), { ordr: 'key-first' }, '`connectorStorage options` has no option `ordr`, did you mean `order`?'],
    [syncConnector(), { order: 'reversed' }, "`order` must be 'key-first' or 'user-first', got \"reversed\""],
    [{}, { order: 'user-first' }, '`connector` must be an object with the functions get(userId, campaignKey) and set'],
  ])('says what is wrong: %p with the options %j', (connector, options, message) => {
    expect(() => connectorStorage(connector as VwoStorageConnector, options as { order: 'key-first' })).toThrow(
      expect.objectContaining({ code: 'VWO_OPTIONS', message: expect.stringContaining(message) }),
    );
  });
});

function fail(why: string): never {
  throw new Error(why);
}

function record(featureKey: string, fields: object = {}): StoredDecision {
  return { featureKey, userId: 'user', experimentId: 1, ...fields };
}

function first(key: string, fields: object = {}): StoredChange {
  return { key, record: record(key, fields), replaces: undefined };
}
