import { type Clock, Diagnostics, type VwoAccount } from '../../common/index.js';
import type { EventUser } from '../../events/index.js';
import { Transport, VwoHosts } from '../../transport/index.js';
import type { ResolvedClientOptions } from './client.options.js';

/** What a client gives its product to work with. */
export interface ClientCore<Settings = unknown, Event = unknown> {
  readonly options: ResolvedClientOptions;
  readonly account: VwoAccount;
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
  readonly transport: Transport;
  readonly hosts: VwoHosts;
  /** The last good settings; undefined until the first came. */
  settings(): Settings | undefined;
  /** Queues an event that belongs to no visit, as of now. */
  send(user: EventUser, event: Event): void;
  /** Tells `integrations.callback`. */
  notice(notice: object): void;
}
