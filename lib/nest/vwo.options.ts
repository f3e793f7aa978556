import type { FactoryProvider, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { isVwoClient, storageOption, type VwoClient, withoutParts } from '../client/index.js';
import {
  type Clock,
  clockOf,
  functionOption,
  knownKeys,
  refuse,
  text,
  type VwoLogger,
  VwoOptionsError,
} from '../common/index.js';
import { FME_OPTIONS, type FmeClientOptions } from '../fme/index.js';
import { definedValues, type UserId } from '../model/index.js';
import { isVwoStorage, type VwoStorage } from '../storage/index.js';
import { isEverywhere, mountOf } from './mount/index.js';
import type { VwoMount, VwoUserResolver } from './request/index.js';

/** The options, checked: `ResolvedVwoOptions`. */
export const VWO_OPTIONS = Symbol.for('nestjs-vwo:options');

/** What a client is told: `FmeClientOptions` without what Nest hands to it. */
export type VwoClientOptions = Omit<FmeClientOptions, 'storage' | 'logger'>;

/** What a client of another kind is built from. */
export interface VwoClientParts {
  readonly storage: VwoStorage;
  /** Nest's, under the name `Vwo`. */
  readonly logger: VwoLogger;
  readonly options: VwoClientOptions;
}

/** Builds a client of another kind. It is started and closed with the application. */
export type VwoClientFactory = (parts: VwoClientParts) => VwoClient;

/** What a factory of `forRootAsync` gives: everything that may wait for configuration. */
export interface VwoOptions extends VwoClientOptions {
  /** Where decisions are kept. @default a `MemoryStorage` */
  storage?: VwoStorage;
  /** Who is it? @default `request.user.id`, then `request.user.sub`; nobody without either */
  user?: VwoUserResolver<UserId>;
  /**
   * Another client than `FmeClient`, e.g. `fullStack({…})`; the account belongs to it then.
   * An instance stays yours: you start it, and you close it. @default an `FmeClient`
   */
  client?: VwoClient | VwoClientFactory;
}

/** What shapes the graph of modules: it stands beside a factory, because the graph stands before any factory runs. */
export interface VwoModuleExtras {
  /**
   * Tells several accounts of one application apart: `@InjectVwo(name)`, `@Flag(key, { client: name })`. One module may have
   * none; its account is meant where no name is given. @default none
   */
  name?: string;
  /** Whether every module finds `VwoService` without importing `VwoModule`. @default true */
  isGlobal?: boolean;
  /**
   * `true`: a visit is opened for every handler. `false`: only for those with `@UseInterceptors(VwoInterceptor)`.
   * @default true; with a `name`, for those handlers that name the client (`@Flag`, `@UseFlags`, `@RequireFlag`, …)
   */
  interceptor?: boolean;
  /**
   * What opens the visits. `'interceptor'`: after all guards. `'guard'`: a global guard, for less CPU time per request, before the
   * guards of controllers. `'middleware'`: before everything else, for every request; needs the option `user`. What each of them
   * cannot do: docs/flags.md. @default `'interceptor'`
   */
  mount?: VwoMount;
  /** Where decisions are kept: an instance, or a class that Nest builds with its dependencies. @default a `MemoryStorage` */
  storage?: VwoStorage | Type<VwoStorage>;
  /** As in `VwoOptions`. */
  user?: VwoUserResolver<UserId>;
  /** As in `VwoOptions`. */
  client?: VwoClient | VwoClientFactory;
  /** Modules that export what the factory or the storage class depends on. */
  imports?: ModuleMetadata['imports'];
  /** Further providers that the factory or the storage class depends on. */
  providers?: Provider[];
}

/** What `VwoModule.forRoot` takes. */
export type VwoModuleOptions = VwoClientOptions & VwoModuleExtras;

/** What `useClass` and `useExisting` of `forRootAsync` name. */
export interface VwoOptionsFactory {
  createVwoOptions(): VwoOptions | Promise<VwoOptions>;
}

/** What `VwoModule.forRootAsync` takes: one of `useFactory`, `useClass` and `useExisting`. */
export interface VwoModuleAsyncOptions extends VwoModuleExtras {
  /** What `useFactory` is called with. */
  inject?: FactoryProvider['inject'];
  useFactory?: (...args: any[]) => VwoOptions | Promise<VwoOptions>; // eslint-disable-line @typescript-eslint/no-explicit-any
  useClass?: Type<VwoOptionsFactory>;
  useExisting?: Type<VwoOptionsFactory>;
}

/** `VwoOptions`, checked: what the rest of the library sees. The client checks its own when it is built. */
export interface ResolvedVwoOptions {
  readonly user: VwoUserResolver<UserId> | undefined;
  readonly client: VwoClient | VwoClientFactory | undefined;
  /** Undefined: a `MemoryStorage`. */
  readonly storage: VwoStorage | undefined;
  readonly forClient: VwoClientOptions;
  /** Undefined: bound to no handler. */
  readonly mount: VwoMount | undefined;
  /** Whether a visit is opened for every handler, and not only for those that name the client. */
  readonly everywhere: boolean;
  readonly clock: Clock;
  /** As they came. */
  readonly given: VwoOptions;
}

const CLIENT_OPTIONS = withoutParts(FME_OPTIONS);
/** What a factory's answer must not have: it comes too late for the graph of modules. */
const GRAPH_OPTIONS = ['name', 'isGlobal', 'interceptor', 'mount', 'imports', 'providers'] as const;
const EXTRAS = [...GRAPH_OPTIONS, 'storage', 'user', 'client'] as const;
const FACTORIES = ['useFactory', 'useClass', 'useExisting'] as const;

/** Options that say whose flags these are; with `client`, it is the client that says so. */
const ACCOUNT = ['accountId', 'sdkKey', 'environment', 'settings'] as const;

/** Refuses what `forRoot` does not know, at once. The answer is a plain object: Nest's builder reads no accessors of a class. */
export function checkedOptions(given: VwoModuleOptions): VwoModuleOptions {
  const names = [...CLIENT_OPTIONS, ...EXTRAS];
  knownKeys('VwoModule.forRoot(options)', given, names);
  return definedValues(given, names);
}

/** Refuses what `forRootAsync` does not know, at once. The answer says where its options come from. */
export function checkAsyncOptions(given: VwoModuleAsyncOptions): (typeof FACTORIES)[number] {
  const where = 'VwoModule.forRootAsync(options)';
  knownKeys(where, given, [...EXTRAS, ...FACTORIES, 'inject']);
  const [factory, ...more] = FACTORIES.filter((name) => given[name] !== undefined);
  if (factory && more.length === 0) return factory;
  const came = factory ? [factory, ...more].join(' and ') : 'none';
  throw new VwoOptionsError(`\`${where}\` must have one of ${FACTORIES.join(', ')}, got ${came}`);
}

/** The option `name`, checked. */
export function moduleName(name: unknown): string | undefined {
  return name === undefined ? undefined : text('name', name);
}

/** Checks what came from `forRoot` or a factory, together with what stood beside the factory. Throws `VwoOptionsError`. */
export function resolveVwoOptions(given: VwoOptions, beside: VwoModuleExtras): ResolvedVwoOptions {
  knownOptions(given);
  const { storage, user, client } = given;
  const forClient = definedValues<VwoClientOptions>(given, CLIENT_OPTIONS);
  const resolved = {
    storage: storageInstance(onlyOne('storage', storage, beside.storage)),
    user: resolver(onlyOne('user', user, beside.user)),
    client: otherClient(onlyOne('client', client, beside.client)),
    forClient,
    mount: mountOf(beside),
    everywhere: isEverywhere(beside),
    clock: clockOf(forClient.clock),
    given,
  };
  if (resolved.client) refuseUnreadOptions(resolved.client, forClient, storage ?? beside.storage);
  return resolved;
}

function knownOptions(given: VwoOptions): void {
  knownKeys('VwoModule options', given, [...CLIENT_OPTIONS, ...EXTRAS]);
  const late = GRAPH_OPTIONS.find((name) => name in given);
  if (!late) return;
  throw new VwoOptionsError(
    `\`${late}\` shapes the graph of modules: it must stand beside the factory, not in its answer`,
  );
}

function onlyOne<T>(option: string, given: T | undefined, beside: T | undefined): T | undefined {
  if (given === undefined || beside === undefined) return given ?? beside;
  throw new VwoOptionsError(`\`${option}\` must be given once, got one beside the factory and one in its answer`);
}

function resolver(value: VwoUserResolver<UserId> | undefined): VwoUserResolver<UserId> | undefined {
  return value === undefined ? undefined : functionOption('user', value, 'for example (context) => ({ id: … })');
}

/** Undefined for a class: Nest builds that. */
function storageInstance(value: unknown): VwoStorage | undefined {
  if (value === undefined || isStorageClass(value)) return undefined;
  return storageOption(value, 'a VwoStorage, or a class of one');
}

/** Whether Nest has to build the storage. */
export function isStorageClass(value: unknown): value is Type<VwoStorage> {
  return typeof value === 'function' && isVwoStorage(value.prototype);
}

function otherClient(value: unknown): VwoClient | VwoClientFactory | undefined {
  if (value === undefined || isVwoClient(value)) return value;
  if (typeof value === 'function' && !isVwoClient(value.prototype)) return value as VwoClientFactory;
  return refuse(
    'client',
    'a VwoClient or a function that gives one',
    value,
    'for example ({ storage }) => new MyClient(storage)',
  );
}

/** Refuses options that nobody would read. */
function refuseUnreadOptions(client: VwoClient | VwoClientFactory, given: VwoClientOptions, storage: unknown): void {
  const isReady = isVwoClient(client);
  const unread = isReady ? CLIENT_OPTIONS.filter((name) => name !== 'clock') : ACCOUNT;
  const option = unread.find((name) => given[name as keyof VwoClientOptions] !== undefined);
  if (option) throw new VwoOptionsError(`\`${option}\` belongs to the client where \`client\` is given: tell it there`);
  if (isReady && storage !== undefined) {
    throw new VwoOptionsError('`storage` belongs to the client where `client` is an instance: it has one already');
  }
}
