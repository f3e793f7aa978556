import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectorStorage, type VwoClient, type VwoStorageConnector } from '../../lib/index.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { type Said, clientOf, listening } from '../client/client.fixture.js';
import { FULL_STACK, orderEdge, orderSettings } from '../client/products.fixture.js';

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a row behind accessors, as entities of an ORM have them. */
class Entity {
  readonly #row: Fields;

  constructor(row: Fields) {
    this.#row = row;
  }

  get featureKey(): unknown {
    return this.#row['featureKey'];
  }

  get featureId(): unknown {
    return this.#row['featureId'];
  }

  get campaignKey(): unknown {
    return this.#row['campaignKey'];
  }

  get variationName(): unknown {
    return this.#row['variationName'];
  }

  get userId(): unknown {
    return this.#row['userId'];
  }

  get rolloutId(): unknown {
    return this.#row['rolloutId'];
  }

  get rolloutKey(): unknown {
    return this.#row['rolloutKey'];
  }

  get rolloutVariationId(): unknown {
    return this.#row['rolloutVariationId'];
  }

  get experimentId(): unknown {
    return this.#row['experimentId'];
  }

  get experimentKey(): unknown {
    return this.#row['experimentKey'];
  }

  get experimentVariationId(): unknown {
    return this.#row['experimentVariationId'];
  }
}

/** What `get` may give for a row of a database. */
const ANSWERS: readonly (readonly [what: string, answer: (row: Fields) => unknown])[] = [
  ['an entity with accessors', (row) => new Entity(row)],
  ['an object that inherits its fields', (row) => Object.create(row) as unknown],
  ['a proxy', (row) => new Proxy({}, { get: (_target, field) => row[field as string] })],
  [
    'accessors that are not enumerable',
    (row) =>
      Object.defineProperties({}, Object.fromEntries(Object.keys(row).map((key) => [key, { get: () => row[key] }]))),
  ],
];

let edge: VwoEdge;
let logger: Said;
const clients: VwoClient[] = [];
beforeEach(async () => {
  logger = listening();
  edge = await orderEdge();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await edge.close();
});

/** A connector over rows that answers with something of another kind. */
function connectorThat(answer: (row: Fields) => unknown): VwoStorageConnector & { readonly rows: Map<string, Fields> } {
  const rows = new Map<string, Fields>();
  const found = (key: string): unknown => {
    const row = rows.get(key);
    return row && answer(row);
  };
  return {
    rows,
    get: (featureKey, userId) => found(JSON.stringify([featureKey, userId])),
    set: (data) => rows.set(JSON.stringify([data['featureKey'] ?? data['campaignKey'], data['userId']]), data),
  };
}

const visitOf = async (client: VwoClient, userId: string) => {
  const visit = await client.visit({ id: userId });
  const flag = visit.flag('ab');
  await visit.end();
  return flag;
};

describe.each(ANSWERS)('a connector that answers with %s', (_what, answer) => {
  test('keeps the decisions of an FmeClient', async () => {
    const client = await clientOf(edge, { storage: connectorStorage(connectorThat(answer)), storageTimeout: 2_000 });
    clients.push(client);
    const first = await visitOf(client, 'ann');
    const again = await visitOf(client, 'ann');
    expect(again).toMatchObject({ source: 'storage', variation: first.variation });
  });

  test('keeps the decisions of a FullStackClient', async () => {
    const inner = connectorThat(answer);
    const get = (userId: string, campaignKey: string) => inner.get(campaignKey, userId);
    const storage = connectorStorage({ get, set: (data) => inner.set(data) }, { order: 'user-first' });
    const client = FULL_STACK.make({ baseUrl: edge.url, storage });
    clients.push(client);
    await client.start();
    await visitOf(client, 'ann');
    expect((await visitOf(client, 'ann')).source).toBe('storage');
  });
});

describe('what a connector gives and nobody can read', () => {
  test.each<[string, unknown]>([
    [
      'an entity whose accessors throw',
      new (class {
        get userId(): never {
          throw new Error('detached');
        }
      })(),
    ],
    ['an object of a class without any field that is known', new (class Row {})()],
    ['a Map', new Map([['userId', 'ann']])],
  ])('is counted and warned of: %s', async (_what, answer) => {
    const storage = connectorStorage({ get: () => answer, set: () => undefined });
    const client = await clientOf(edge, { storage, storageTimeout: 2_000, logger, settings: orderSettings() });
    clients.push(client);
    expect((await visitOf(client, 'ann')).source).toBe('rules');
    const { storageRecordsRefused, storageReadFailures } = client.counters();
    expect(storageRecordsRefused + storageReadFailures).toBeGreaterThan(0);
    expect(logger.lines.filter((line) => line.startsWith('warn'))).not.toEqual([]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['{}', {}],
  ])('while %s is nothing stored', async (_what, answer) => {
    const storage = connectorStorage({ get: () => answer, set: () => undefined });
    const client = await clientOf(edge, { storage, storageTimeout: 2_000, logger });
    clients.push(client);
    expect((await visitOf(client, 'ann')).source).toBe('rules');
    expect(client.counters()).toMatchObject({ storageRecordsRefused: 0, storageReadFailures: 0 });
  });
});
