import {
  type LoadReach,
  type StorageScope,
  type StoredChange,
  type StoredDecision,
  type StoredDecisions,
  type StoredRemoval,
  VwoStorage,
} from '../../lib/index.js';

/** For a migration. `saved_at` is for a job that deletes old records. */
export const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS vwo_decisions (
    account_id  TEXT NOT NULL,
    environment TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    record_key  TEXT NOT NULL,
    record      TEXT NOT NULL,
    saved_at    TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (account_id, environment, user_id, record_key)
  )`;

const OF_USER = 'account_id = $1 AND environment = $2 AND user_id = $3';
const OF_KEY = `${OF_USER} AND record_key = $4`;

const FIND = `SELECT record_key, record FROM vwo_decisions WHERE ${OF_USER}`;
const ADD = `
  INSERT INTO vwo_decisions (account_id, environment, user_id, record_key, record)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;
const REPLACE = `
  UPDATE vwo_decisions SET record = $5, saved_at = CURRENT_TIMESTAMP WHERE ${OF_KEY} AND record = $6`;
const REMOVE = `DELETE FROM vwo_decisions WHERE ${OF_KEY} AND record = $5`;
const FORGET = `DELETE FROM vwo_decisions WHERE ${OF_USER}`;

/** What is used of a database. With `pg`: `(text, values) => pool.query(text, values).then(({ rows }) => rows)`. */
export type Query = (text: string, values: string[]) => Promise<Record<string, unknown>[]>;

/** Decisions in PostgreSQL or SQLite: one row per user and record, as JSON. */
export class SqlStorage extends VwoStorage {
  private scope: StorageScope = { accountId: '', environment: '' };

  constructor(private readonly query: Query) {
    super();
  }

  /** The scope is part of every key, so that no environment finds another one's decisions. */
  override async open(scope: StorageScope): Promise<void> {
    this.scope = scope;
    await this.query('SELECT 1', []); // start waits until the database answers
  }

  override async load(userId: string, keys: readonly string[], reach?: LoadReach): Promise<StoredDecisions> {
    const rows = await this.query(FIND, this.user(userId));
    const records = rows.map((row): [string, StoredDecision] => [
      decoded(String(row['record_key'])),
      JSON.parse(String(row['record'])),
    ]);
    return new Map(reach === 'keys' ? records.filter(([key]) => keys.includes(key)) : records);
  }

  /** Each statement compares and writes in one step: of two first visits at once, one row wins. */
  override async save(
    userId: string,
    changes: readonly StoredChange[],
    removals: readonly StoredRemoval[] = [],
  ): Promise<void> {
    const user = this.user(userId);
    const writes = changes.map(({ key, record, replaces }) => {
      const values = [...user, encoded(key), JSON.stringify(record)];
      return replaces ? this.query(REPLACE, [...values, JSON.stringify(replaces)]) : this.query(ADD, values);
    });
    const deletes = removals.map(({ key, record }) =>
      this.query(REMOVE, [...user, encoded(key), JSON.stringify(record)]),
    );
    await Promise.all([...writes, ...deletes]);
  }

  override async forget(userId: string): Promise<void> {
    await this.query(FORGET, this.user(userId));
  }

  private user(userId: string): string[] {
    return [this.scope.accountId, this.scope.environment, encoded(userId)];
  }
}

/** PostgreSQL's text cannot hold the character \0, which an id from outside may have. */
function encoded(text: string): string {
  return text.replace(/[\\\0]/g, (character) => (character === '\0' ? '\\0' : '\\\\'));
}

function decoded(text: string): string {
  return text.replace(/\\([\\0])/g, (_, character) => (character === '0' ? '\0' : '\\'));
}
