import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import initSqlJs, { type Database } from 'sql.js';
import { FmeClient } from '../../lib/index.js';
import { storageContract } from '../../lib/entries/contract.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { CREATE_TABLE, type Query, SqlStorage } from './sql.storage.js';

describe('the SQL storage of the documentation', () => {
  let database: Database;
  beforeAll(async () => {
    const { Database } = await initSqlJs();
    database = new Database();
    database.run(CREATE_TABLE);
  });
  afterAll(() => database.close());

  const query: Query = (text, values) => Promise.resolve(rowsOf(database, text, values));

  storageContract({ describe, it }, () => new SqlStorage(query), { removes: true });

  it('keeps a user in the variation, from one client to the next', async () => {
    const settings = shopSettings();
    const decided = async () => {
      const storage = new SqlStorage(query);
      const vwo = new FmeClient({ settings, storage, baseUrl: 'http://127.0.0.1:1', logger: listening() });
      await vwo.start();
      const visit = await vwo.visit({ id: 'ann' });
      const { variation, source } = visit.flag('checkout');
      await visit.end();
      await vwo.close();
      return { variation, source };
    };
    const first = await decided();
    expect(await decided()).toEqual({ variation: first.variation, source: 'storage' });
  });
});

function rowsOf(database: Database, text: string, values: readonly string[]): Record<string, unknown>[] {
  const statement = database.prepare(text, Object.fromEntries(values.map((value, i) => [`$${i + 1}`, value])));
  try {
    const rows: Record<string, unknown>[] = [];
    while (statement.step()) rows.push(statement.getAsObject());
    return rows;
  } finally {
    statement.free();
  }
}
