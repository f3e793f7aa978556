import { isDeepStrictEqual } from 'node:util';
import {
  FME_RECORD_FIELDS,
  type SettingsConnector,
  type StoredChange,
  type StoredDecision,
  type StoredDecisions,
} from '../model/index.js';
import { errorText, knownKeys, oneOf, refuse, VwoStorageError } from '../common/index.js';
import { FULL_STACK_FIELDS, recordInAnswer } from './connector.answer.js';
import { textOf, unreadable } from './json-record.js';
import { OnlyScope } from './storage-scope.js';
import { type StorageScope, VwoStorage } from './vwo-storage.js';

/**
 * VWO's own storage service, as its SDKs take it: synchronous or asynchronous, an object or a class.
 * `getSettings` and `setSettings` may be there, both or none: the last good settings are kept there then, for a start without VWO.
 */
export interface VwoStorageConnector {
  /** What was stored for this user under this key; null, undefined or `{}` when nothing was. */
  get(featureKey: string, userId: string): unknown;
  /** Stores one record; `data.featureKey` and `data.userId` say whose. What it gives back is not looked at. */
  set(data: Record<string, unknown>): unknown;
  /** Deletes everything of one user. Not in VWO's contract; without it `forget` is an error. */
  forget?(userId: string): unknown;
}

/** The storage service of VWO's Full Stack SDK: the user comes first, and records are told apart by `campaignKey`. */
export interface FullStackStorageConnector {
  /** What was stored for this user in this campaign; null, undefined or `{}` when nothing was. */
  get(userId: string, campaignKey: string): unknown;
  /** Stores one record; `data.userId` and `data.campaignKey` say whose. What it gives back is not looked at. */
  set(data: Record<string, unknown>): unknown;
  /** As in `VwoStorageConnector`. */
  forget?(userId: string): unknown;
}

type ConnectorOrder = 'key-first' | 'user-first';

/** An object, or a class of one. */
type Given<T> = T | (new () => T);

/**
 * Uses a storage service that was written for VWO's SDK as it is. With `order: 'user-first'` it is one that was written
 * for the Full Stack SDK (`userStorageService`).
 *
 * - `load` asks for all keys at once. Keys whose `get` fails are decided anew, the others stay as they were; only when
 *   every `get` fails does the load. A `get` that hangs costs the whole read (`storageTimeout`).
 * - An answer may be an entity of a database library: the fields that VWO documents are read by name, also where they
 *   are accessors, and others as far as they are its own or in its `toJSON()`. One with none of them, or that cannot be
 *   read, is refused and counted (`storageRecordsRefused`), and the flag decided anew.
 * - `save` asks again and writes only where the answer is still what was decided from. A connector has no way to do
 *   both in one step: of two processes that write at the very same moment, the later one wins. It cannot delete one
 *   record either: those of features that are gone stay.
 * - It serves one account and environment, as VWO's contract has no room for them.
 */
export function connectorStorage(
  connector: Given<VwoStorageConnector>,
  options?: { readonly order?: 'key-first' },
): VwoStorage;
export function connectorStorage(
  connector: Given<FullStackStorageConnector>,
  options: { readonly order: 'user-first' },
): VwoStorage;
export function connectorStorage(
  connector: Given<VwoStorageConnector | FullStackStorageConnector>,
  options: { readonly order?: ConnectorOrder } = {},
): VwoStorage {
  knownKeys('connectorStorage options', options, ['order']);
  const order = oneOf('order', options.order ?? 'key-first', ['key-first', 'user-first']);
  return new ConnectorStorage(typeof connector === 'function' ? new connector() : connector, order);
}

/** See `connectorStorage`. */
export class ConnectorStorage extends VwoStorage {
  private readonly scope = new OnlyScope('ConnectorStorage');

  constructor(
    private readonly connector: VwoStorageConnector | FullStackStorageConnector,
    private readonly order: ConnectorOrder,
  ) {
    super();
    if (typeof connector?.get === 'function' && typeof connector.set === 'function') return;
    const args = order === 'user-first' ? 'userId, campaignKey' : 'featureKey, userId';
    refuse('connector', `an object with the functions get(${args}) and set(data)`, connector);
  }

  /** @internal */
  override get settingsConnector(): SettingsConnector | undefined {
    const { connector } = this;
    return keepsSettings(connector) ? connector : undefined;
  }

  override open(scope: StorageScope): void {
    this.scope.open(scope);
  }

  override async load(userId: string, keys: readonly string[]): Promise<StoredDecisions> {
    const found = new Map<string, StoredDecision>();
    const failures: unknown[] = [];
    await Promise.all(
      keys.map(async (key) => {
        const record = await this.ask(key, userId).catch((error: unknown) => {
          failures.push(error);
          return unreadable(errorText(error));
        });
        if (record) found.set(key, record);
      }),
    );
    if (failures.length > 0 && failures.length === keys.length) throw failure('get', failures[0]);
    return found;
  }

  override async save(userId: string, changes: readonly StoredChange[]): Promise<void> {
    const writes = await Promise.allSettled(changes.map((change) => this.change(userId, change)));
    const failed = writes.find((write) => write.status === 'rejected');
    if (failed) throw failure('set', failed.reason);
  }

  override async forget(userId: string): Promise<void> {
    if (typeof this.connector.forget !== 'function') {
      throw new VwoStorageError(
        'The storage connector cannot forget a user: VWO asks for get and set only. ' +
          'Add a function forget(userId) to it that deletes everything of one user.',
      );
    }
    await this.connector.forget(userId);
  }

  private async ask(key: string, userId: string): Promise<StoredDecision | undefined> {
    const isUserFirst = this.order === 'user-first';
    const answer = await (isUserFirst ? this.connector.get(userId, key) : this.connector.get(key, userId));
    const question = isUserFirst ? { userId, campaignKey: key } : { userId, featureKey: key };
    return recordInAnswer(answer, question, isUserFirst ? FULL_STACK_FIELDS : FME_RECORD_FIELDS);
  }

  private async change(userId: string, { key, record, replaces }: StoredChange): Promise<void> {
    if (!isDeepStrictEqual(await this.ask(key, userId), replaces)) return; // somebody else decided first
    await this.connector.set(JSON.parse(textOf(record)) as Record<string, unknown>);
  }
}

function keepsSettings(connector: object): connector is SettingsConnector {
  const { getSettings, setSettings } = connector as Partial<SettingsConnector>;
  return typeof getSettings === 'function' && typeof setSettings === 'function';
}

function failure(verb: string, error: unknown): VwoStorageError {
  return new VwoStorageError(`The storage connector's ${verb} failed: ${errorText(error)}`, { cause: error });
}
