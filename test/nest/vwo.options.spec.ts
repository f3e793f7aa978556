import { describe, it, expect } from '@jest/globals';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  FmeClient,
  MemoryStorage,
  type ResolvedVwoOptions,
  VWO_OPTIONS,
  VwoModule,
  type VwoModuleOptions,
  VwoOptionsError,
  VwoStorage,
} from '../../lib/index.js';
import { accountSettings, VwoEdge } from '../../lib/entries/edge.js';
import { fullStack } from '../../lib/entries/full-stack.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import { FakeClient } from './request/fake-client.js';

const ACCOUNT = { accountId: 123456, sdkKey: 'key', settings: accountSettings() };
const started = async (options: object): Promise<unknown> =>
  Test.createTestingModule({ imports: [VwoModule.forRoot(options as VwoModuleOptions)] }).compile();
const startedLater = async (options: object, beside: object = {}): Promise<unknown> =>
  Test.createTestingModule({ imports: [VwoModule.forRootAsync({ useFactory: () => options, ...beside })] }).compile();

@Module({})
class SomeModule {}

const WRONG: [what: string, options: object, message: string][] = [
  ['no account', { sdkKey: 'key' }, '`accountId` must be a number such as 123456, got undefined'],
  ['no SDK key', { accountId: 1 }, '`sdkKey` must be a string that is not empty, got undefined'],
  [
    'seconds',
    { ...ACCOUNT, pollInterval: 60 },
    '`pollInterval` must be at least 1000 ms, got 60 (it is in milliseconds)',
  ],
  [
    'a misspelt option',
    { ...ACCOUNT, stroageTimeout: 9 },
    'no option `stroageTimeout`, did you mean `storageTimeout`?',
  ],
  ['a logger', { ...ACCOUNT, logger: console }, 'no option `logger`'],
  ['a user that is no function', { ...ACCOUNT, user: { id: 'me' } }, '`user` must be a function, got an object'],
  [
    'a storage that is none',
    { ...ACCOUNT, storage: {} },
    '`storage` must be a VwoStorage, or a class of one, got an object',
  ],
  [
    'a storage class that is none',
    { ...ACCOUNT, storage: Map },
    '`storage` must be a VwoStorage, or a class of one, got fun',
  ],
  ['a client that is none', { client: 7 }, '`client` must be a VwoClient or a function that gives one, got 7'],
  [
    'a client class',
    { client: FmeClient },
    '`client` must be a VwoClient or a function that gives one, got function Fme',
  ],
  [
    'a client from nowhere',
    { client: () => undefined },
    '`client` must be a function that gives a VwoClient, got undefined',
  ],
  ['an account beside a client', { client: () => new FakeClient(), sdkKey: 'key' }, '`sdkKey` belongs to the client'],
  ['what a ready client cannot read', { client: new FakeClient(), preload: 'all' }, '`preload` belongs to the client'],
  [
    'a storage for a ready client',
    { client: new FakeClient(), storage: new MemoryStorage() },
    '`storage` belongs to the client where `client` is an instance',
  ],
];

describe('an option that cannot work', () => {
  it.each(WRONG)('stops the start: %s', async (_what, options, message) => {
    await expect(started(options)).rejects.toThrow(message);
    await expect(started(options)).rejects.toBeInstanceOf(VwoOptionsError);
  });

  it.each(WRONG.filter(([what]) => !what.includes('class that is none')))(
    'stops the start when it comes from a factory: %s',
    async (_what, options, message) => {
      await expect(startedLater(options)).rejects.toThrow(message);
    },
  );

  it.each([
    ['isGlobal', { isGlobal: 'yes' }, '`isGlobal` must be true or false, got "yes"'],
    ['interceptor', { interceptor: 1 }, '`interceptor` must be true or false, got 1'],
    ['mount', { mount: 'filter' }, "`mount` must be 'interceptor' or 'guard' or 'middleware', got "],
    [
      'mount and interceptor that contradict each other',
      { mount: 'guard', interceptor: true },
      "`interceptor` must be left out beside `mount: 'guard'`",
    ],
    [
      'mount where nothing shall be bound',
      { mount: 'interceptor', interceptor: false },
      '`interceptor` must be left out',
    ],
  ])('stops the start: %s', async (_what, option, message) => {
    await expect(started({ ...ACCOUNT, ...option })).rejects.toThrow(message);
    await expect(startedLater(ACCOUNT, option)).rejects.toThrow(message);
  });
});

describe('forRootAsync', () => {
  it.each([
    ['no factory', { imports: [SomeModule] }, 'must have one of useFactory, useClass, useExisting, got none'],
    ['two', { useFactory: () => ACCOUNT, useClass: SomeModule }, 'got useFactory and useClass'],
    ['an account beside the factory', { useFactory: () => ACCOUNT, sdkKey: 'x' }, 'has no option `sdkKey`'],
  ])('refuses %s', (_what, options, message) => {
    expect(() => VwoModule.forRootAsync(options as never)).toThrow(message);
  });

  it.each(['isGlobal', 'interceptor', 'mount', 'imports', 'providers'])(
    'refuses %s in the answer of a factory, where it would come too late',
    async (name) => {
      await expect(startedLater({ ...ACCOUNT, [name]: true })).rejects.toThrow(
        `\`${name}\` shapes the graph of modules: it must stand beside the factory`,
      );
    },
  );

  it('refuses what is given twice', async () => {
    const user = (): undefined => undefined;
    await expect(startedLater({ ...ACCOUNT, user }, { user })).rejects.toThrow('`user` must be given once');
  });

  it('takes an explicit undefined as not given', async () => {
    const none = {
      storage: undefined,
      user: undefined,
      client: undefined,
      isGlobal: undefined,
      interceptor: undefined,
      mount: undefined,
    };
    const edge = await VwoEdge.start();
    const options = { ...ACCOUNT, baseUrl: edge.url, ...none };
    const module = await Test.createTestingModule({ imports: [VwoModule.forRoot(options)] }).compile();
    expect(module.get(VwoStorage)).toBeInstanceOf(MemoryStorage);
    await module.close();
    await edge.close();
  });
});

/** As a class of configuration: what it knows is behind accessors. */
class Config {
  constructor(protected readonly events: false) {}

  get accountId(): number {
    return 123456;
  }

  get sdkKey(): string {
    return 'key';
  }

  get settings(): object {
    return accountSettings();
  }

  get storage(): VwoStorage {
    return STORAGE;
  }

  get user(): () => { id: string } {
    return () => ({ id: 'alice' });
  }

  get preload(): 'declared' {
    return 'declared';
  }
}

const STORAGE = new MemoryStorage();

describe('options that are an object of a class', () => {
  const config = new Config(false) as object;
  const SAID = { accountId: 123456, sdkKey: 'key', preload: 'declared', events: false };

  it.each([
    ['forRoot', () => VwoModule.forRoot(config)],
    ['a factory', () => VwoModule.forRootAsync({ useFactory: () => config })],
  ])('are read, accessors included: %s', async (_how, vwoModule) => {
    const module = await Test.createTestingModule({ imports: [vwoModule()] }).compile();
    const resolved = module.get<ResolvedVwoOptions>(VWO_OPTIONS);
    expect(resolved.forClient).toMatchObject(SAID);
    expect(resolved.user).toBeDefined();
    expect(module.get(VwoStorage)).toBe(STORAGE);
    await module.close();
  });

  it.each([
    ['fullStack', (own: object) => fullStack(own)],
    ['officialSdk', (own: object) => officialSdk(own)],
  ])('are read by a client of another kind, over those of the module: %s', (_name, client) => {
    class Own {
      get accountId(): number {
        return 0;
      }
      get sdkKey(): string {
        return 'own';
      }
    }
    const build = client(new Own());
    expect(() => build({ storage: STORAGE, logger: console, options: {} })).toThrow(
      '`accountId` must be a number such as 123456, got 0',
    );
  });
});
