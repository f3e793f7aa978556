import type { Diagnostics } from '../../common/index.js';
import type { ClientStates } from './client-states.js';
import { callHook } from './decision-hooks.js';

/** What changes in the life of a client. */
export type VwoClientChange =
  /** New settings are in use; also the first ones. `flagsChanged`, but for those: the keys of the flags whose own rules are other ones. */
  | { readonly kind: 'settings'; readonly flagsChanged?: readonly string[] }
  /** Settings cannot be fetched, or are refused (false), or come again (true). The last good stay meanwhile; before the first every flag is off. */
  | { readonly kind: 'source'; readonly available: boolean }
  /** The storage fails (false), or works again (true). */
  | { readonly kind: 'storage'; readonly available: boolean }
  /** Events cannot be sent (false), or are sent again (true). */
  | { readonly kind: 'events'; readonly flowing: boolean };

export type VwoChangeListener = (change: VwoClientChange) => void;

/** Tells listeners what changes. What one of them throws or rejects with is logged, and reaches nobody else. */
export class ClientChanges {
  private readonly listeners = new Set<VwoChangeListener>();

  constructor(
    private readonly diagnostics: Diagnostics,
    { source, storage, events }: ClientStates,
  ) {
    source.onChange = (available) => this.tell({ kind: 'source', available });
    storage.onChange = (available) => this.tell({ kind: 'storage', available });
    events.onChange = (flowing) => this.tell({ kind: 'events', flowing });
  }

  /** The answer ends listening. */
  listen(listener: VwoChangeListener): () => void {
    const entry: VwoChangeListener = (change) => listener(change); // the same function may listen twice
    this.listeners.add(entry);
    return () => void this.listeners.delete(entry);
  }

  /** Whether somebody listens. */
  get areHeard(): boolean {
    return this.listeners.size > 0;
  }

  tell(change: VwoClientChange): void {
    for (const listener of [...this.listeners]) callHook(this.diagnostics, 'onChange', () => listener(change));
  }
}
