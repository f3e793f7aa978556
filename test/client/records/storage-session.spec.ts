import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { StorageSession } from '../../../lib/client/records/storage-session.js';
import { StorageTrouble } from '../../../lib/client/records/storage-trouble.js';
import { Diagnostics } from '../../../lib/common/index.js';
import { connectorStorage, MemoryStorage, type VwoStorage } from '../../../lib/storage/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { listening, type Said } from '../client.fixture.js';

const SCOPE = { accountId: '1', environment: 'live' };
const never = (): Promise<never> => new Promise(() => undefined);

describe('a storage that a client opens and closes', () => {
  let clock: MovedClock;
  let logger: Said;
  beforeEach(() => {
    clock = new MovedClock();
    logger = listening();
  });

  const sessionOf = (storage: VwoStorage): StorageSession => {
    const diagnostics = new Diagnostics(logger, clock);
    return new StorageSession(storage, diagnostics, clock, new StorageTrouble(diagnostics));
  };

  test('is not spoken of where all goes well, and leaves no timer behind', async () => {
    const session = sessionOf(new MemoryStorage());
    await session.open(SCOPE, 2_000);
    await session.close(2_000);
    expect(logger.lines).toEqual([]);
    expect(clock.timers).toEqual([]);
  });

  test('does not hold the start longer than `startTimeout`: it is said that it is not open yet', async () => {
    const session = sessionOf(
      new (class extends MemoryStorage {
        override open = never;
      })(),
    );
    let isDone = false;
    const opening = session.open(SCOPE, 2_000).then(() => (isDone = true));
    clock.move(1_999);
    await turn();
    expect(isDone).toBe(false);
    clock.move(1);
    await opening;
    expect(logger.lines).toEqual([
      'warn: The storage is not open yet: no answer within 2000 ms (`startTimeout`). Visits go on without it meanwhile.',
    ]);
  });

  test('does not keep a client from starting where it cannot be opened: it is said why', async () => {
    const session = sessionOf(
      new (class extends MemoryStorage {
        override open = () => Promise.reject(new Error('no route'));
      })(),
    );
    await session.open(SCOPE, 2_000);
    expect(logger.lines).toEqual(['warn: The storage is not open yet: no route. Visits go on without it meanwhile.']);
  });

  test('keeps a client from starting where it serves another account or environment', async () => {
    const storage = connectorStorage({ get: () => undefined, set: () => undefined });
    await sessionOf(storage).open(SCOPE, 2_000);
    await expect(sessionOf(storage).open({ ...SCOPE, environment: 'staging' }, 2_000)).rejects.toMatchObject({
      code: 'VWO_OPTIONS',
    });
    expect(logger.lines).toEqual([]);
  });

  test('does not hold the end longer than there is time: it is said', async () => {
    const session = sessionOf(
      new (class extends MemoryStorage {
        override close = never;
      })(),
    );
    await session.open(SCOPE, 2_000);
    const closing = session.close(1_000);
    clock.move(1_000);
    await closing;
    expect(logger.lines).toEqual(['error: The storage did not close in time.']);
  });
});
