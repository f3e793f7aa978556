import {
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
} from '@openfeature/server-sdk';
import type { VwoClient, VwoClientChange } from '../client/index.js';
import { errorText } from '../common/index.js';

/** `waiting`: it was started without settings, and they may come. */
type State = 'closed' | 'starting' | 'ready' | 'stale' | 'waiting';

/** The start and end of a provider, and between them what it tells of its client. OpenFeature itself tells how `begin` has ended. */
export class ProviderLife {
  readonly events = new OpenFeatureEventEmitter();
  private state: State = 'closed';
  private stopListening: (() => void) | undefined;
  /** The client was started here, and is closed here. */
  private isOwner = false;

  constructor(private readonly client: VwoClient) {}

  /** Waits for the client's start, bounded by its `startTimeout`. Rejects where there are no settings then. */
  async begin(): Promise<void> {
    const { client } = this;
    this.stopListening ??= client.onChange((change) => this.changed(change));
    this.isOwner ||= !client.isStarted;
    this.state = 'starting';
    await client.start().catch((error: unknown) => {
      throw new ProviderFatalError(errorText(error), { cause: error });
    });
    if (this.state === 'starting') this.state = client.isReady ? 'ready' : 'waiting'; // it may have been closed by now
    if (this.state === 'ready') return;
    throw new ProviderNotReadyError(
      'VWO has given no settings within `startTimeout`, or provider or client were closed. Default values stand until there are some.',
    );
  }

  /** Closes a client that `begin` has started; any other stays its owner's. Calling it twice is fine. */
  async end(): Promise<void> {
    this.stopListening?.();
    this.stopListening = undefined;
    this.state = 'closed';
    if (this.isOwner) await this.client.close();
  }

  private changed(change: VwoClientChange): void {
    if (change.kind === 'settings') this.settingsArrived(change.flagsChanged);
    if (change.kind === 'source' && change.available) this.become('ready');
    if (change.kind === 'source' && !change.available) this.become('stale');
  }

  private settingsArrived(flagsChanged: readonly string[] | undefined): void {
    if (this.state === 'waiting') return this.become('ready');
    if (this.state === 'starting') return; // the first ones: they end `begin`
    this.events.emit(ProviderEvents.ConfigurationChanged, {
      message: 'new settings are in use',
      ...(flagsChanged && { flagsChanged: [...flagsChanged] }),
    });
  }

  private become(state: 'ready' | 'stale'): void {
    const { state: before } = this;
    if (before === 'starting' || before === state || (before === 'waiting' && !this.client.isReady)) return;
    this.state = state;
    if (state === 'ready') this.events.emit(ProviderEvents.Ready, { message: 'settings are in use' });
    else
      this.events.emit(ProviderEvents.Stale, { message: 'settings cannot be fetched; the last good ones are in use' });
  }
}
