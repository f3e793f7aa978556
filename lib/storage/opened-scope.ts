import { VwoStorageError } from '../common/index.js';
import type { StorageScope } from './vwo-storage.js';

/** The account and environment that one storage serves: one of each, so that two never meet. */
export class OpenedScope {
  private opened: StorageScope | undefined;

  /** @param storage the class to name in errors */
  constructor(private readonly storage: string) {}

  open(scope: StorageScope): void {
    const before = this.opened;
    if (before && (before.accountId !== scope.accountId || before.environment !== scope.environment)) {
      throw new VwoStorageError(
        `This ${this.storage} keeps the decisions of ${named(before)} and cannot keep those of ${named(scope)} too. ` +
          `Give each client a ${this.storage} of its own.`,
      );
    }
    this.opened = scope;
  }
}

function named({ accountId, environment }: StorageScope): string {
  return `account ${accountId}, environment "${environment}",`;
}
