import type { FactoryProvider, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { FME_OPTIONS, type FmeClientOptions } from '../fme/index.js';
import { VwoClient } from '../client/index.js';
import { type Clock, clockOf } from '../common/index.js';
import type { VwoLogger } from '../common/index.js';
import { knownKeys, refuse } from '../common/index.js';
import type { VwoUserResolver } from './request/user-resolver.js';
import { isVwoStorage, type VwoStorage } from '../storage/index.js';
import { VwoOptionsError } from '../common/index.js';

/** The options, checked: `ResolvedVwoOptions`. */
export const VWO_OPTIONS = Symbol('nestjs-vwo:options');

/** The options as they came, from `forRoot` or from a factory. */
export const GIVEN_OPTIONS = Symbol('nestjs-vwo:given-options');

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
  user?: VwoUserResolver;
  /**
   * Another client than `FmeClient`, e.g. `fullStack({…})`; the account belongs to it then.
   * An instance stays yours: you start it, and you close it. @default an `FmeClient`
   */
  client?: VwoClient | VwoClientFactory;
}

/** What shapes the graph of modules: it stands beside a factory, because the graph stands before any factory runs. */
export interface VwoModuleExtras {
  /** Whether every module finds `VwoService` without importing `VwoModule`. @default true */
  isGlobal?: boolean;
  /** Whether `VwoInterceptor` is bound to every handler; else bind it with `@UseInterceptors(VwoInterceptor)`. @default true */
  interceptor?: boolean;
  /** Where decisions are kept: an instance, or a class that Nest builds with its dependencies. @default a `MemoryStorage` */
  storage?: VwoStorage | Type<VwoStorage>;
  /** As in `VwoOptions`. */
  user?: VwoUserResolver;
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
  readonly user: VwoUserResolver | undefined;
  readonly client: VwoClient | VwoClientFactory | undefined;
  /** Undefined: a `MemoryStorage`. */
  readonly storage: VwoStorage | undefined;
  readonly forClient: VwoClientOptions;
  readonly clock: Clock;
}

const CLIENT_OPTIONS = FME_OPTIONS.filter((name) => name !== 'storage' && name !== 'logger');
const EXTRAS = ['isGlobal', 'interceptor', 'storage', 'user', 'client', 'imports', 'providers'] as const;
const FACTORIES = ['useFactory', 'useClass', 'useExisting'] as const;

/** Options that say whose flags these are; with `client`, it is the client that says so. */
const ACCOUNT = ['accountId', 'sdkKey', 'environment', 'settings'] as const;

/** Refuses what `forRoot` does not know, at once. */
export function checkOptions(given: VwoModuleOptions): void {
  knownKeys('VwoModule.forRoot(options)', given, [...CLIENT_OPTIONS, ...EXTRAS]);
}

/** Refuses what `forRootAsync` does not know, at once. */
export function checkAsyncOptions(given: VwoModuleAsyncOptions): void {
  const where = 'VwoModule.forRootAsync(options)';
  knownKeys(where, given, [...EXTRAS, ...FACTORIES, 'inject']);
  const factories = FACTORIES.filter((name) => given[name] !== undefined);
  if (factories.length === 1) return;
  const came = factories.length === 0 ? 'none' : factories.join(' and ');
  throw new VwoOptionsError(`\`${where}\` must have one of ${FACTORIES.join(', ')}, got ${came}`);
}

/** Checks what came from `forRoot` or a factory, together with what stood beside the factory. Throws `VwoOptionsError`. */
export function resolveVwoOptions(given: VwoOptions, beside: VwoModuleExtras): ResolvedVwoOptions {
  knownOptions(given);
  const { storage, user, client, ...forClient } = given;
  const resolved = {
    storage: storageInstance(onlyOne('storage', storage, beside.storage)),
    user: resolver(onlyOne('user', user, beside.user)),
    client: otherClient(onlyOne('client', client, beside.client)),
    forClient,
    clock: clockOf(forClient.clock),
  };
  if (resolved.client) refuseUnreadOptions(resolved.client, forClient, storage ?? beside.storage);
  return resolved;
}

function knownOptions(given: VwoOptions): void {
  knownKeys('VwoModule options', given, [...CLIENT_OPTIONS, ...EXTRAS]);
  for (const name of ['isGlobal', 'interceptor', 'imports', 'providers']) {
    if (!(name in given)) continue;
    throw new VwoOptionsError(
      `\`${name}\` shapes the graph of modules: it must stand beside the factory, not in its answer`,
    );
  }
}

function onlyOne<T>(option: string, given: T | undefined, beside: T | undefined): T | undefined {
  if (given === undefined || beside === undefined) return given ?? beside;
  throw new VwoOptionsError(`\`${option}\` must be given once, got one beside the factory and one in its answer`);
}

function resolver(value: unknown): VwoUserResolver | undefined {
  if (value === undefined || typeof value === 'function') return value as VwoUserResolver | undefined;
  return refuse('user', 'a function', value, 'for example (context) => ({ id: … })');
}

/** Undefined for a class: Nest builds that. */
function storageInstance(value: unknown): VwoStorage | undefined {
  if (isVwoStorage(value)) return value;
  if (value === undefined || isStorageClass(value)) return undefined;
  return refuse(
    'storage',
    'a VwoStorage, or a class of one',
    value,
    "wrap VWO's own storage service in connectorStorage(…)",
  );
}

/** Whether Nest has to build the storage. */
export function isStorageClass(value: unknown): value is Type<VwoStorage> {
  return typeof value === 'function' && isVwoStorage(value.prototype);
}

function otherClient(value: unknown): VwoClient | VwoClientFactory | undefined {
  if (value === undefined || value instanceof VwoClient) return value;
  const isClass = typeof value === 'function' && value.prototype instanceof VwoClient;
  if (typeof value === 'function' && !isClass) return value as VwoClientFactory;
  return refuse(
    'client',
    'a VwoClient or a function that gives one',
    value,
    'for example ({ storage }) => new MyClient(storage)',
  );
}

/** Refuses options that nobody would read. */
function refuseUnreadOptions(client: VwoClient | VwoClientFactory, given: VwoClientOptions, storage: unknown): void {
  const unread = client instanceof VwoClient ? CLIENT_OPTIONS.filter((name) => name !== 'clock') : ACCOUNT;
  const option = unread.find((name) => given[name as keyof VwoClientOptions] !== undefined);
  if (option) throw new VwoOptionsError(`\`${option}\` belongs to the client where \`client\` is given: tell it there`);
  if (client instanceof VwoClient && storage !== undefined) {
    throw new VwoOptionsError('`storage` belongs to the client where `client` is an instance: it has one already');
  }
}
