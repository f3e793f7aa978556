import { describe, expect, it, jest, test } from '@jest/globals';
import { isVwoStorage, MemoryStorage, StorageLease, type StorageScope, VwoStorage } from '../../lib/storage/index.js';

const LIVE = { accountId: '1', environment: 'live' };
const STAGING = { accountId: '1', environment: 'staging' };

/** Says what is done to it. Opening and closing end when the test says so, where it says anything. */
class Told extends MemoryStorage {
  readonly log: string[] = [];
  opened: () => Promise<void> = () => Promise.resolve();
  closed: () => Promise<void> = () => Promise.resolve();

  override open(scope: StorageScope): Promise<void> {
    super.open(scope);
    this.log.push(`open ${scope.environment}`);
    return this.opened();
  }

  override close(): Promise<void> {
    this.log.push('close');
    return this.closed();
  }
}

describe('a storage that clients share', () => {
  it('is opened by the first and closed by the last', async () => {
    const storage = new Told();
    const [one, other] = [new StorageLease(storage), new StorageLease(storage)];
    await Promise.all([one.open(LIVE), other.open({ ...LIVE })]);
    await one.open(LIVE); // once more: it is one client all the same
    await expect(one.close()).resolves.toBeUndefined();
    await one.close();
    expect(storage.log).toEqual(['open live']);
    await other.close();
    expect(storage.log).toEqual(['open live', 'close']);
  });

  it('is opened again by the next client, for another environment too', async () => {
    const storage = new Told();
    for (const scope of [LIVE, LIVE, STAGING]) {
      const lease = new StorageLease(storage);
      await lease.open(scope);
      await lease.close();
    }
    expect(storage.log.filter((line) => line !== 'close')).toEqual(['open live', 'open live', 'open staging']);
  });

  it('is refused to a client of another environment or account while it is in use', async () => {
    const storage = new MemoryStorage();
    const lease = new StorageLease(storage);
    await lease.open(LIVE);
    const said = {
      code: 'VWO_OPTIONS',
      message:
        'This MemoryStorage keeps the decisions of account 1, environment "live", and cannot keep those of ' +
        'account 1, environment "staging", too. Give each client a MemoryStorage of its own.',
    };
    const other = new StorageLease(storage);
    expect(() => other.open(STAGING)).toThrow(expect.objectContaining(said));
    expect(() => other.open({ ...LIVE, accountId: '2' })).toThrow('account 2');
    await other.close(); // it has nothing to close
    await storage.save('ann', [{ key: 'a', record: { userId: 'ann' }, replaces: undefined }]);
    await lease.close();
    await other.open(STAGING);
    expect((await storage.load('ann', [])).size).toBe(0);
    await other.close();
  });

  it('is not opened before its last client has closed it', async () => {
    const storage = new Told();
    let done = (): void => undefined;
    storage.closed = () => new Promise((resolve) => (done = resolve));
    const [one, other] = [new StorageLease(storage), new StorageLease(storage)];
    await one.open(LIVE);
    const closing = one.close();
    const opening = other.open(LIVE);
    await new Promise(setImmediate);
    expect(storage.log).toEqual(['open live', 'close']);
    done();
    await Promise.all([closing, opening]);
    expect(storage.log).toEqual(['open live', 'close', 'open live']);
    const last = other.close();
    await new Promise(setImmediate);
    done();
    await last;
  });

  it('is closed also where it was never really open, and the next client tries again', async () => {
    const storage = new Told();
    storage.opened = () => Promise.reject(new Error('no route'));
    const [one, other] = [new StorageLease(storage), new StorageLease(storage)];
    await expect(one.open(LIVE)).rejects.toThrow('no route');
    storage.opened = () => Promise.resolve();
    await other.open(LIVE);
    await one.close();
    expect(storage.log).toEqual(['open live', 'open live']);
    await other.close();
    expect(storage.log).toEqual(['open live', 'open live', 'close']);
  });

  it('is opened once for all later clients, though an opening of earlier ones fails only then', async () => {
    const storage = new Told();
    let fail = (_error: Error): void => undefined;
    storage.opened = () => new Promise((_resolve, reject) => (fail = reject));
    const leases = [new StorageLease(storage), new StorageLease(storage), new StorageLease(storage)] as const;
    const first = leases[0].open(LIVE).catch((error: Error) => error.message);
    await new Promise(setImmediate);
    storage.opened = () => Promise.resolve();
    await leases[0].close();
    await leases[1].open(LIVE);
    fail(new Error('no route'));
    expect(await first).toBe('no route');
    await leases[2].open(LIVE);
    expect(storage.log).toEqual(['open live', 'close', 'open live']);
  });

  it('tells the client that closes it what went wrong, and can be opened again', async () => {
    const storage = new Told();
    storage.closed = () => Promise.reject(new Error('broken pipe'));
    const lease = new StorageLease(storage);
    await lease.open(LIVE);
    await expect(lease.close()).rejects.toThrow('broken pipe');
    await lease.open(LIVE);
    expect(storage.log).toEqual(['open live', 'close', 'open live']);
  });
});

test('a storage that has nothing to close says by a promise that it is closed', async () => {
  class Plain extends VwoStorage {
    override load = () => new Map();
    override save = () => undefined;
    override forget = () => Promise.resolve();
  }
  await expect(new Plain().close()).resolves.toBeUndefined();
});

describe('two copies of the package in one process', () => {
  it("know each other's storages, and count their clients together", async () => {
    jest.resetModules();
    const copy = await import('../../lib/storage/index.js');
    expect(copy.StorageLease).not.toBe(StorageLease);
    const storage = new Told();
    expect(copy.isVwoStorage(storage)).toBe(true);
    const [one, other] = [new StorageLease(storage), new copy.StorageLease(storage)];
    await one.open(LIVE);
    await other.open(LIVE);
    await one.close();
    await other.close();
    expect(storage.log).toEqual(['open live', 'close']);
  });

  it.each([undefined, null, 'storage', {}, new Map(), () => undefined, MemoryStorage].map((value) => [value]))(
    'take %p for no storage',
    (value) => {
      expect(isVwoStorage(value)).toBe(false);
    },
  );
});
