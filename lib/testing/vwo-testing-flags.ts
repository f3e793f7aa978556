import { OneInProcess, refuse, text } from '../common/index.js';
import { userIdOf } from '../client/index.js';
import type { ClientName, FlagKey, UserId } from '../model/index.js';
import type { VwoExposure, VwoSetAttributes, VwoTrackedEvent } from './seen.js';
import type { TestFlag, TestFlags } from './test-flag.js';
import type { TestingState } from './testing-state.js';

/**
 * The flags of an application under test, and what was seen of them. Injected, or given by `overrideVwo`. A visit keeps a flag as
 * it was at its first read; what is set later counts for the next read, or the next visit.
 */
@OneInProcess('VwoTestingFlags')
export class VwoTestingFlags {
  /** Made by `VwoTestingModule` and `overrideVwo`. @internal */
  constructor(private readonly state: TestingState) {}

  /** Sets a flag for everybody. Throws `VwoOptionsError` for values that no flag can have. */
  set<Key extends FlagKey>(key: Key, flag: TestFlag<Key>): void {
    this.state.flags.set('flags.set(…)', { [text('flags.set(key)', key)]: flag });
  }

  /** Sets flags for one user; they go before everybody's. Further calls add to them. Throws as `set` does. */
  for(userId: UserId, flags: TestFlags): void {
    const id = userIdOf(userId);
    if (!id) refuse('flags.for(userId)', 'the id of a user', userId);
    this.state.flags.setFor(id, `flags.for('${id}', …)`, flags);
  }

  /** Back to the flags of the start, for everybody, and forgets what was seen: for `beforeEach` or `afterEach`. */
  reset(): void {
    this.state.flags.reset();
    this.state.seen.clear();
  }

  /** The flags that were read and on, oldest first, once per visit and flag. Throws `VwoOptionsError` before an application has them. */
  exposures(): readonly VwoExposure[] {
    return [...this.state.used.exposures];
  }

  /** The events that were tracked, oldest first. Throws as `exposures` does. */
  events(): readonly VwoTrackedEvent[] {
    return [...this.state.used.events];
  }

  /** The attributes that were set, oldest first. Throws as `exposures` does. */
  attributes(): readonly VwoSetAttributes[] {
    return [...this.state.used.attributes];
  }

  /** Keys that were read and that no test has set, each once, in the order of reading. Throws as `exposures` does. */
  unset(): readonly string[] {
    return [...this.state.used.unset];
  }
}

/** What in `VwoTestingFlags` depends on which flags there are. */
export interface SetsFlags<Client extends ClientName> {
  set<Key extends FlagKey<Client>>(key: Key, flag: TestFlag<Key, Client>): void;
  for(userId: UserId, flags: TestFlags<Client>): void;
}

/** The `VwoTestingFlags` of a client with a name, with the flags that are known of that client (`VwoClientFlags`); of `string`, with any. */
export type VwoTestingFlagsOf<Client extends ClientName> = [Client] extends [undefined]
  ? VwoTestingFlags
  : Omit<VwoTestingFlags, keyof SetsFlags<Client>> & SetsFlags<Client>;
