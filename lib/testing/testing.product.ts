import type { ClientCore, Decider, Product, VisitInputs, VisitPlan, VisitUser } from '../client/index.js';
import { VwoUndeclaredFlagError } from '../common/index.js';
import type { EventSender } from '../events/index.js';
import { GivenSettingsSource, type PreparedSettings } from '../settings/index.js';
import type { HeaderFlags } from './header-flags.js';
import { TestingDecider } from './testing.decider.js';
import type { TestingState } from './testing-state.js';

const NO_KEYS: readonly string[] = [];

export interface TestingProductOptions {
  readonly state: TestingState;
  /** The flags of the header of a visit's request. */
  readonly headers: WeakMap<VisitUser, HeaderFlags>;
}

/** Flags that a test sets, as a product: no settings, no records, nothing that is sent. */
export class TestingProduct implements Product<PreparedSettings, never> {
  readonly noun = 'feature';
  readonly source = new GivenSettingsSource({});
  readonly sender: EventSender<never> = { reached: false, send: () => Promise.resolve({ left: [] }) };

  constructor(
    _core: ClientCore<PreparedSettings, never>,
    private readonly options: TestingProductOptions,
  ) {}

  prepare(): PreparedSettings {
    return { problems: [] };
  }

  flagsChanged(): readonly string[] {
    return NO_KEYS; // they have no settings
  }

  plan(_settings: PreparedSettings, _user: VisitUser, declared: readonly string[], onlyDeclared: boolean): VisitPlan {
    return { keys: NO_KEYS, reach: 'keys', readable: onlyDeclared ? new Set(declared) : undefined };
  }

  open({ user }: VisitInputs<PreparedSettings, never>): Decider<never> {
    return new TestingDecider(this.options.state, user, this.options.headers.get(user));
  }

  undeclared(key: string): Error {
    return new VwoUndeclaredFlagError(key);
  }

  recordsToTrack(): readonly string[] {
    return NO_KEYS;
  }

  recordKeys(): readonly string[] {
    return NO_KEYS;
  }
}
