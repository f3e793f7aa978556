import { knownKeys, VwoOptionsError, yesOrNo } from '../common/index.js';
import type { ClientName } from '../model/index.js';
import { Seen } from './seen.js';
import { SetFlags } from './set-flags.js';
import type { TestFlags } from './test-flag.js';

/** What flags a test has, however they come into the application. */
export interface VwoTestingOptions<Client extends ClientName = undefined> {
  /** The flags by key. @default none */
  readonly flags?: TestFlags<Client>;
  /** True: reading a flag that was not set throws `VwoUnsetFlagError`. False: it is off, and `unset()` lists it. @default false */
  readonly strict?: boolean;
  /** Which account, where the application has several: the `name` of its `VwoModule`. @default the one without a name */
  readonly name?: Client;
}

/** The flags of one account in one application under test, and what was seen of them. */
export class TestingState {
  readonly flags: SetFlags;
  readonly strict: boolean;
  readonly seen = new Seen();
  /** Whether an application has been started with it. */
  isUsed = false;

  constructor(
    readonly name: string | undefined,
    { flags = {}, strict = false }: { readonly flags?: object; readonly strict?: boolean },
  ) {
    this.flags = new SetFlags(flags);
    this.strict = yesOrNo('strict', strict);
  }

  /** What was seen. Throws `VwoOptionsError` where nothing can have been: an assertion on that could not fail. */
  get used(): Seen {
    if (this.isUsed) return this.seen;
    const which = this.name === undefined ? 'without a name' : `with the name "${this.name}"`;
    throw new VwoOptionsError(
      `No application has been started with these flags: there is no VwoModule ${which} in the testing module, or it is not compiled yet`,
    );
  }
}

/** Refuses options that do not exist. */
export function checkTestingOptions(where: string, given: object, further: readonly string[]): void {
  knownKeys(where, given, ['flags', 'strict', 'name', ...further]);
}
