import { describe, expect, it } from '@jest/globals';
import { fullStack, FullStackClient, type FullStackClientOptions } from '../../lib/entries/full-stack.js';
import { resolveFullStackOptions } from '../../lib/full-stack/full-stack.options.js';
import { MemoryStorage } from '../../lib/storage/index.js';
import { fullStackSettings } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';

const given = { accountId: 123456, sdkKey: 'key' };

describe('an option of Full Stack', () => {
  const wrong: [unknown, string][] = [
    [{ ...given, accountId: 'abc' }, '`accountId` must be a number such as 123456, got "abc"'],
    [{ accountId: 1 }, '`sdkKey` must be a string that is not empty, got undefined'],
    [{ ...given, settingsFile: [] }, '`settingsFile` must be an object or the path of a JSON file, got a list of 0'],
    [{ ...given, settingsFile: ' ' }, '`settingsFile` must be a string that is not empty, got " "'],
    [{ ...given, shouldTrackReturningUser: 1 }, '`shouldTrackReturningUser` must be true or false, got 1'],
    [{ ...given, goalTypeToTrack: 'SOME' }, "`goalTypeToTrack` must be 'ALL' or 'CUSTOM_GOAL' or 'REVENUE_TRACKING'"],
    [{ ...given, pollInterval: 60 }, '`pollInterval` must be at least 1000 ms, got 60 (it is in milliseconds)'],
    [{ ...given, events: { batchSize: 0 } }, '`events.batchSize` must be a whole number from 1 to 5000, got 0'],
    [{ ...given, settingsfile: {} }, '`options` has no option `settingsfile`, did you mean `settingsFile`?'],
    [{ ...given, settings: {} }, 'Full Stack calls it `settingsFile`'],
    [{ ...given, gateway: { url: 'http://g' } }, 'Full Stack decides without a gateway'],
    [{ ...given, userStorageService: {} }, "connectorStorage(userStorageService, { order: 'user-first' })"],
    [{ ...given, pollingInterval: 1 }, 'it is `pollInterval` here'],
    [{ ...given, batchEvents: {} }, 'events: { batchSize, flushInterval }'],
    [{ ...given, isDevelopmentMode: true }, '`events: false`'],
    [{ ...given, logging: { level: 9 } }, "Nest's logger"],
    [undefined, '`options` must be an object, got undefined'],
  ];

  it.each(wrong)('that cannot work is refused: %j', (options, message) => {
    expect(() => new FullStackClient(options as FullStackClientOptions)).toThrow(
      expect.objectContaining({ code: 'VWO_OPTIONS', message: expect.stringContaining(message) }),
    );
  });

  it('that is misspelt is refused as soon as fullStack is called, before the application starts', () => {
    expect(() => fullStack({ ...given, sdkkey: 'x' } as object)).toThrow('did you mean `sdkKey`?');
    expect(() => fullStack({ ...given, integrations: {} } as object)).toThrow('`fullStack(options)` has no option');
  });

  it('that is left out, or undefined, gets its default', () => {
    const undefinedOnes = {
      goalTypeToTrack: undefined,
      shouldTrackReturningUser: undefined,
      storageTimeout: undefined,
    };
    expect(resolveFullStackOptions({ ...undefinedOnes, ...given, logger: listening() })).toMatchObject({
      client: { accountId: '123456', storageTimeout: 50, preload: 'all' },
      goalTypeToTrack: 'ALL',
      shouldTrackReturningUser: false,
      settingsFile: undefined,
    });
  });

  it('that the settings file knows need not be said', () => {
    const settingsFile = fullStackSettings({ accountId: 77, sdkKey: 'of-the-file' });
    expect(resolveFullStackOptions({ settingsFile })).toMatchObject({
      client: { accountId: '77', sdkKey: 'of-the-file' },
    });
  });

  it("that fullStack leaves out is taken from the module's options, and its own come first", () => {
    const parts = {
      storage: new MemoryStorage(),
      logger: listening(),
      options: { storageTimeout: 7, closeTimeout: 8, baseUrl: 'http://module' },
    };
    const client = fullStack({ ...given, closeTimeout: 9, storageTimeout: undefined })(parts);
    const made = client as unknown as { parts: { core: { options: object } } };
    expect(made.parts.core.options).toMatchObject({
      storageTimeout: 7,
      closeTimeout: 9,
      baseUrl: 'http://module',
      storage: parts.storage,
    });
  });
});
