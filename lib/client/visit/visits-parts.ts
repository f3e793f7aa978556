import type { Clock, Diagnostics, VwoAccount } from '../../common/index.js';
import type { PreparedSettings } from '../../settings/index.js';
import type { ResolvedClientOptions } from '../port/client.options.js';
import type { DecisionHooks } from '../port/decision-hooks.js';
import type { EventOutlet } from './event-outlet.js';
import type { Product } from '../port/product.js';
import type { StorageReader } from '../records/storage-reader.js';
import type { WriteBehind } from '../records/write-behind.js';

/** What visits are made of. */
export interface VisitsParts<Settings extends PreparedSettings, Event> {
  readonly options: ResolvedClientOptions;
  readonly account: VwoAccount;
  readonly product: Product<Settings, Event>;
  readonly reader: StorageReader;
  readonly writes: WriteBehind;
  readonly events: EventOutlet<Event>;
  readonly hooks: DecisionHooks;
  readonly diagnostics: Diagnostics;
  readonly clock: Clock;
}
