import { Diagnostics } from '../common/index.js';
import { EventQueue } from '../events/index.js';
import {
  ConnectorSettingsStore,
  type PreparedSettings,
  SettingsKeeper,
  type SettingsKeeperOptions,
  StoredSettings,
  type VwoSettingsAddress,
} from '../settings/index.js';
import type { VwoStorage } from '../storage/index.js';
import { Transport, VwoHosts } from '../transport/index.js';
import { ClientChanges } from './port/client-changes.js';
import { ClientStates } from './port/client-states.js';
import type { ClientCore } from './port/client-core.js';
import type { ResolvedClientOptions } from './port/client.options.js';
import { DecisionHooks, type VwoIntegrations } from './port/decision-hooks.js';
import { type EventOutlet, NoEvents } from './visit/event-outlet.js';
import type { Product } from './port/product.js';
import { ClientRecords } from './records/client-records.js';
import { recordsBehind } from './records/records-behind.js';
import type { StorageReader } from './records/storage-reader.js';
import { StorageSession } from './records/storage-session.js';
import { ToldStorage } from './records/told.storage.js';
import { StorageTrouble } from './records/storage-trouble.js';
import { Visits } from './visit/visits.js';
import type { WriteBehind } from './records/write-behind.js';

/** What one client is made of. */
export interface ClientParts<Settings extends PreparedSettings, Event> {
  readonly core: ClientCore<Settings, Event>;
  readonly product: Product<Settings, Event>;
  readonly keeper: SettingsKeeper<Settings>;
  /** As the product writes to it. */
  readonly storage: VwoStorage;
  readonly session: StorageSession;
  readonly records: ClientRecords;
  readonly reader: StorageReader;
  readonly writes: WriteBehind;
  readonly events: EventOutlet<Event>;
  readonly visits: Visits<Settings, Event>;
  readonly states: ClientStates;
  readonly changes: ClientChanges;
}

type SettingsListener<Settings extends PreparedSettings> = NonNullable<SettingsKeeperOptions<Settings>['onChange']>;

export interface ClientBuild<Settings extends PreparedSettings, Event> {
  readonly options: ResolvedClientOptions;
  /** Makes the product; called once, before anything is fetched or opened. */
  readonly product: (core: ClientCore<Settings, Event>) => Product<Settings, Event>;
  readonly integrations: VwoIntegrations | undefined;
  /** Other settings than before are in use. */
  readonly onSettings: SettingsListener<Settings>;
}

/** Fetches and opens nothing: that is for the start. */
export function clientParts<Settings extends PreparedSettings, Event>(
  build: ClientBuild<Settings, Event>,
): ClientParts<Settings, Event> {
  const { options } = build;
  const { clock, accountId, environment } = options;
  const account = Object.freeze({ accountId, environment });
  const diagnostics = new Diagnostics(options.logger, clock, options.sdkKey);
  const states = new ClientStates(diagnostics, clock);
  const changes = new ClientChanges(diagnostics, states);
  const hooks = new DecisionHooks(options.onDecision, build.integrations, diagnostics);
  const core: ClientCore<Settings, Event> = {
    options,
    account,
    clock,
    diagnostics,
    transport: new Transport({ clock, fetch: options.transport.fetch }),
    hosts: new VwoHosts(options),
    settings: () => keeper.current,
    send: (user, event) => events.enqueue({ user, time: clock.now(), event }),
    notice: (notice) => hooks.notice?.(notice),
  };
  const product = build.product(core);
  const trouble = new StorageTrouble(diagnostics);
  const session = new StorageSession(options.storage, diagnostics, clock, trouble);
  const storage = new ToldStorage(product.wrap?.(options.storage) ?? options.storage, account, clock);
  const behind = recordsBehind(product, core.settings);
  const { storageTimeout } = options;
  const records = new ClientRecords({ storage, storageTimeout, diagnostics, clock, trouble, behind });
  const { reader, writes } = records;
  const events = eventOutlet(core, product);
  const keeper = settingsKeeper(core, product, build.onSettings);
  const visits = new Visits({ options, account, product, reader, writes, events, hooks, diagnostics, clock });
  return { core, product, keeper, storage, session, records, reader, writes, events, visits, states, changes };
}

function eventOutlet<Settings extends PreparedSettings, Event>(
  { options, diagnostics, clock }: ClientCore<Settings, Event>,
  { sender }: Product<Settings, Event>,
): EventOutlet<Event> {
  return options.events ? new EventQueue<Event>({ sender, ...options.events, diagnostics, clock }) : new NoEvents();
}

function settingsKeeper<Settings extends PreparedSettings, Event>(
  { options, diagnostics, clock }: ClientCore<Settings, Event>,
  product: Product<Settings, Event>,
  onChange: SettingsListener<Settings>,
): SettingsKeeper<Settings> {
  const { pollInterval, startTimeout, onStartFailure } = options;
  const { keptAs } = product.source;
  const stored = keptAs && storedSettings(options, keptAs, diagnostics);
  return new SettingsKeeper<Settings>({
    source: product.source,
    stored,
    prepare: (json) => product.prepare(json),
    pollInterval,
    startTimeout,
    onStartFailure,
    diagnostics,
    clock,
    onChange,
  });
}

/** Undefined where there is no store. */
function storedSettings(
  {
    settingsStore,
    maxSettingsAge,
    startTimeout,
    storage,
    sdkKey,
    accountId,
    environment,
    clock,
  }: ResolvedClientOptions,
  product: VwoSettingsAddress['product'],
  diagnostics: Diagnostics,
): StoredSettings | undefined {
  const { settingsConnector } = storage;
  const store = settingsStore ?? (settingsConnector && new ConnectorSettingsStore(settingsConnector, sdkKey, clock));
  const address = Object.freeze({ accountId, environment, product });
  return store && new StoredSettings({ store, address, maxAge: maxSettingsAge, startTimeout, diagnostics, clock });
}
