import type { Clock, Diagnostics } from '../../common/index.js';

/** Whether something works, and since when that is so. */
export interface VwoState {
  readonly available: boolean;
  /** When it became so, in ms since the epoch; where nothing has changed yet, when the client was made. */
  readonly since: number;
}

/** What works and what does not may change: sources of settings, the storage, VWO's collector of events. */
export class ClientStates {
  /** Whether there are settings to decide by. */
  readonly settings: LastingState;
  /** Whether settings can be fetched. */
  readonly source: LastingState;
  /** Whether the storage is read and written. */
  readonly storage: LastingState;
  /** Whether VWO can be reached with events. */
  readonly events: LastingState;
  /** Whether VWO can be reached with events, and takes them. */
  readonly collector: LastingState;

  constructor(diagnostics: Diagnostics, clock: Clock) {
    const stateOf = (...kinds: string[]): LastingState => new LastingState(clock, kinds);
    this.settings = stateOf('no-settings');
    this.settings.note('no-settings', true);
    this.source = stateOf('settings');
    this.storage = stateOf('storage');
    this.events = stateOf('events');
    this.collector = stateOf('events', 'events-refused');
    const watched = [this.source, this.storage, this.events, this.collector];
    diagnostics.onTrouble((kind, lasting) => {
      for (const state of watched) state.note(kind, lasting);
    });
  }
}

/** A state that some kinds of trouble end: it holds while none of them lasts. */
export class LastingState {
  /** Called when it changes. Must not throw. */
  onChange: ((available: boolean) => void) | undefined;
  private readonly lasting = new Set<string>();
  private since: number;

  constructor(
    private readonly clock: Clock,
    private readonly kinds: readonly string[],
  ) {
    this.since = clock.now();
  }

  get current(): VwoState {
    return { available: this.available, since: this.since };
  }

  get available(): boolean {
    return this.lasting.size === 0;
  }

  /** A trouble begins (`lasting`) or ends; one of another kind makes no difference. */
  note(kind: string, lasting: boolean): void {
    if (!this.kinds.includes(kind)) return;
    const before = this.available;
    if (lasting) this.lasting.add(kind);
    else this.lasting.delete(kind);
    if (this.available === before) return;
    this.since = this.clock.now();
    this.onChange?.(this.available);
  }
}
