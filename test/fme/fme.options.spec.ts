import { describe, expect, it } from '@jest/globals';
import { FME_OPTIONS, type FmeClientOptions, resolveFmeOptions } from '../../lib/fme/fme.options.js';
import { listening } from '../client/client.fixture.js';

const given = { accountId: 123456, sdkKey: 'key' };

describe('an option of the client', () => {
  const wrong: [unknown, string][] = [
    [{ ...given, accountId: 'abc' }, '`accountId` must be a number such as 123456, got "abc"'],
    [{ accountId: 1 }, '`sdkKey` must be a string that is not empty, got undefined'],
    [{ ...given, sdkKey: ' ' }, '`sdkKey` must be a string that is not empty, got " "'],
    [{ ...given, pollInterval: 60 }, '`pollInterval` must be at least 1000 ms, got 60 (it is in milliseconds)'],
    [{ ...given, storageTimeout: '50' }, '`storageTimeout` must be a number of milliseconds, got "50"'],
    [{ ...given, startTimeout: Number.NaN }, '`startTimeout` must be a number of milliseconds, got NaN'],
    [{ ...given, closeTimeout: 0 }, '`closeTimeout` must be at least 1 ms, got 0'],
    [{ ...given, preload: 'some' }, "`preload` must be 'all' or 'declared', got \"some\""],
    [{ ...given, onStartFailure: 'die' }, "`onStartFailure` must be 'continue' or 'fail', got \"die\""],
    [{ ...given, accountId: '0' }, '`accountId` must be a number such as 123456'],
    [{ ...given, clock: {} }, '`clock` must be an object with a method `now`'],
    [{ ...given, clock: { now: () => 0 } }, '`clock` must be an object with a method `after`'],
    [
      { ...given, baseUrl: 'vwo.example.com' },
      '`baseUrl` must be an absolute URL of http or https, got "vwo.example.com"',
    ],
    [{ ...given, eventsUrl: 'ftp://x' }, '`eventsUrl` must be an absolute URL of http or https, got "ftp://x"'],
    [{ ...given, gateway: { url: 7 } }, '`gateway.url` must be an absolute URL of http or https, got 7'],
    [
      { ...given, gateway: { url: 'http://g', timout: 3 } },
      '`gateway` has no option `timout`, did you mean `timeout`?',
    ],
    [{ ...given, events: { batchSize: 0 } }, '`events.batchSize` must be a whole number from 1 to 5000, got 0'],
    [{ ...given, events: { maxQueue: 1.5 } }, '`events.maxQueue` must be a whole number, got 1.5'],
    [
      { ...given, events: { maxQueueBytes: 32 } },
      '`events.maxQueueBytes` must be at least 65536 bytes, got 32 (it is in bytes)',
    ],
    [
      { ...given, events: { maxQueueBytes: '32 MB' } },
      '`events.maxQueueBytes` must be a whole number of bytes, got "32 MB"',
    ],
    [{ ...given, storage: { get: () => 1, set: () => 1 } }, "wrap VWO's own storage service in connectorStorage(…)"],
    [{ ...given, settings: [] }, '`settings` must be an object or the path of a JSON file, got a list of 0'],
    [{ ...given, environment: '' }, '`environment` must be a string that is not empty, got ""'],
    [{ ...given, logger: { log: () => 1 } }, '`logger` must be an object with a method `error`'],
    [{ ...given, sdkkey: 'x' }, '`options` has no option `sdkkey`, did you mean `sdkKey`?'],
    [undefined, '`options` must be an object, got undefined'],
  ];

  it.each(wrong)('that cannot work is refused: %j', (options, message) => {
    expect(() => resolveFmeOptions(options as FmeClientOptions)).toThrow(
      expect.objectContaining({ code: 'VWO_OPTIONS', message: expect.stringContaining(message) }),
    );
  });

  it('that is explicitly undefined gets its default too', () => {
    const undefinedOnes = Object.fromEntries(FME_OPTIONS.map((name) => [name, undefined]));
    expect(resolveFmeOptions({ ...undefinedOnes, ...given, logger: listening() }).client).toMatchObject({
      accountId: '123456',
      storageTimeout: 50,
      preload: 'all',
      startTimeout: 5_000,
      onStartFailure: 'continue',
      closeTimeout: 5_000,
      events: { batchSize: 100, flushInterval: 2_000, maxQueue: 10_000, maxQueueBytes: 33_554_432 },
    });
  });

  it('for the size of a batch holds under a backlog too; without it more are sent then', () => {
    const resolved = (events: object) => resolveFmeOptions({ ...given, events }).client.events;
    expect(resolved({})).toMatchObject({ batchSize: 100, maxBatchSize: 5_000 });
    expect(resolved({ batchSize: 20 })).toMatchObject({ batchSize: 20, maxBatchSize: 20 });
  });

  it('of a URL may end in a slash, or not', () => {
    expect(resolveFmeOptions({ ...given, baseUrl: 'http://proxy/vwo/' }).client.baseUrl).toBe('http://proxy/vwo');
  });
});
