import { VwoOptionsError } from '../common/index.js';
import type { StorageScope } from './vwo-storage.js';

export function isSameScope(one: StorageScope, other: StorageScope): boolean {
  return one.accountId === other.accountId && one.environment === other.environment;
}

/** @param name of the storage's class */
export function refuseScope(name: string, before: StorageScope, scope: StorageScope): never {
  throw new VwoOptionsError(
    `This ${name} keeps the decisions of ${named(before)} and cannot keep those of ${named(scope)} too. ` +
      `Give each client a ${name} of its own.`,
  );
}

/** For storages whose keys have no room for account and environment: they serve the first scope for ever. */
export class OnlyScope {
  private opened: StorageScope | undefined;

  /** @param name of the storage's class */
  constructor(private readonly name: string) {}

  open(scope: StorageScope): void {
    this.opened ??= scope;
    if (!isSameScope(this.opened, scope)) refuseScope(this.name, this.opened, scope);
  }
}

function named({ accountId, environment }: StorageScope): string {
  return `account ${accountId}, environment "${environment}",`;
}
