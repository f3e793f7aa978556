import { errorText } from '../common/index.js';
import type { StorageFixture } from './storage-fixture.js';

/** One thing that every storage promises. */
export interface StoragePromise {
  readonly name: string;
  /** What a storage has to do, and what goes wrong for users of one that does not. */
  readonly rule: string;
  readonly test: (fixture: StorageFixture) => Promise<void>;
}

/** What was seen, and the rule that this storage does not keep. */
export function brokenPromise({ name, rule }: StoragePromise, cause: unknown): Error {
  return new Error(`${errorText(cause)}\n\nThis storage breaks the promise "${name}".\n${rule}`, { cause });
}
