import { knownKeys, wholeNumber } from '../common/index.js';
import { type EdgeFault, EdgeFaults } from './edge.faults.js';
import { EdgeLog } from './edge.log.js';
import type { EdgePart, EdgeRequest } from './edge.route.js';
import { EdgeServer } from './edge.server.js';
import { type BatchLimit, eventsRoutes } from './events.routes.js';
import { fullStackRoutes } from './full-stack.routes.js';
import { fullStackSettings } from './full-stack.settings.js';
import { EdgeGateway, gatewayRoutes } from './gateway.routes.js';
import { isAbout, type ReceivedEvent } from './received-event.js';
import { accountSettings } from './account.settings.js';
import { type ExpectedAccount, settingsRoutes } from './settings.routes.js';

export interface VwoEdgeOptions {
  /** What `/server-side/v2-settings` and `/server-side/v2-pull` answer, as JSON. @default an account without flags */
  readonly settings?: unknown;
  /** What `/server-side/settings` and `/server-side/pull` answer: a settings file of Full Stack. @default one without campaigns */
  readonly settingsFile?: unknown;
  /** @default 0: any free port */
  readonly port?: number;
  /** Any other account or SDK key gets 400. @default nothing is checked */
  readonly expect?: ExpectedAccount;
  /** Larger batches get 413. @default 5,000 events, as at VWO */
  readonly batchLimit?: BatchLimit;
  /** How much of what came in is kept; past it the oldest are dropped, and counted in `edge.dropped`. */
  readonly keep?: KeptByEdge;
}

/** How many are kept, from 0. */
export interface KeptByEdge {
  /** @default 10,000 */
  readonly events?: number;
  /** With their bodies. @default 1,000 */
  readonly requests?: number;
}

/** One request that came in, and the status it got; undefined while a fault keeps it without an answer. */
export interface ReceivedRequest extends EdgeRequest {
  readonly status: number | undefined;
}

/**
 * A server on loopback that answers as VWO does: gives settings, takes events, answers the gateway's questions, and fails on demand.
 * It belongs to no test runner and to no framework.
 *
 * ```ts
 * const edge = await VwoEdge.start({ settings: accountSettings({ features: [feature('new-checkout', [rollout()])] }) });
 * const app = await appWith(VwoModule.forRoot({ accountId: 123456, sdkKey: 'test', baseUrl: edge.url }));
 *
 * await request(app).get('/checkout').set('x-user-id', 'alice').expect(200);
 * const [impression] = await edge.waitForEvents((events) => events.some(({ name }) => name === 'vwo_variationShown'));
 *
 * edge.fail('events', { kind: 'status', status: 503 }, { times: 2 }); // the next two batches are refused
 * await edge.close();
 * ```
 */
export class VwoEdge {
  private readonly faults = new EdgeFaults();
  private readonly gateway = new EdgeGateway();
  private readonly eventLog: EdgeLog<ReceivedEvent>;
  private readonly requestLog: EdgeLog<ReceivedRequest>;
  private readonly server: EdgeServer;
  private settings: unknown;
  private settingsFile: unknown;
  private readonly unanswered = new WeakMap<EdgeRequest, ReceivedRequest>();
  private listening = 0;

  private constructor(options: VwoEdgeOptions) {
    const { settings = accountSettings(), settingsFile = fullStackSettings(), expect = {}, batchLimit = {} } = options;
    knownKeys('keep', options.keep ?? {}, ['events', 'requests']);
    const kept = (of: keyof KeptByEdge, otherwise: number): number =>
      wholeNumber(`keep.${of}`, options.keep?.[of] ?? otherwise, { min: 0 });
    this.eventLog = new EdgeLog('events', kept('events', 10_000), ({ name }) => name);
    this.requestLog = new EdgeLog('requests', kept('requests', 1_000), ({ method, path }) => `${method} ${path}`);
    this.settings = settings;
    this.settingsFile = settingsFile;
    const take = (events: readonly ReceivedEvent[]): void => this.eventLog.add(...events);
    const events = eventsRoutes(take, batchLimit);
    const routes = [
      ...settingsRoutes(() => this.settings, expect),
      ...fullStackRoutes({ settings: () => this.settingsFile, expect, batchLimit, take, otherEvents: events }),
      ...events,
      ...gatewayRoutes(this.gateway),
    ];
    this.server = new EdgeServer(routes, this.faults, (request, status) => this.onRequest(request, status));
  }

  /** Rejects when the port is taken, and with `VwoOptionsError` for a `keep` that cannot be. */
  static async start(options: VwoEdgeOptions = {}): Promise<VwoEdge> {
    const edge = new VwoEdge(options);
    edge.listening = await edge.server.listen(options.port ?? 0);
    return edge;
  }

  get port(): number {
    return this.listening;
  }

  /** For the option `baseUrl`, and for `gateway: { url }`: `http://127.0.0.1:<port>`. */
  get url(): string {
    return `http://127.0.0.1:${this.listening}`;
  }

  /** The events taken so far, oldest first, those of batches one by one: all of them, or the last ones (option `keep`). */
  get events(): readonly ReceivedEvent[] {
    return this.eventLog.all;
  }

  /** The events of one user, by the id that the application knows. */
  eventsOf(userId: string): readonly ReceivedEvent[] {
    return this.events.filter((event) => isAbout(event, userId));
  }

  /** The requests so far, refused and unanswered ones too: all of them, or the last ones (option `keep`). */
  get requests(): readonly ReceivedRequest[] {
    return this.requestLog.all;
  }

  /** How many were dropped because more came in than the option `keep` allows, since the start or the last `clear`. */
  get dropped(): Readonly<Required<KeptByEdge>> {
    return { events: this.eventLog.dropped, requests: this.requestLog.dropped };
  }

  /**
   * Resolves with all events as soon as that many have come, or the condition holds.
   * @param timeoutMs after which it rejects, telling what came. @default 2,000
   */
  waitForEvents(
    wanted: number | ((events: readonly ReceivedEvent[]) => boolean),
    timeoutMs = 2_000,
  ): Promise<readonly ReceivedEvent[]> {
    return this.eventLog.waitFor(wanted, timeoutMs);
  }

  /** The same for requests: `edge.waitForRequests((all) => all.filter(({ path }) => path.endsWith('v2-settings')).length > 1)`. */
  waitForRequests(
    wanted: number | ((requests: readonly ReceivedRequest[]) => boolean),
    timeoutMs = 2_000,
  ): Promise<readonly ReceivedRequest[]> {
    return this.requestLog.waitFor(wanted, timeoutMs);
  }

  /** What is answered from now on; anything that JSON can hold, wrong settings too. */
  setSettings(settings: unknown): void {
    this.settings = settings;
  }

  /** The same for Full Stack. */
  setSettingsFile(settingsFile: unknown): void {
    this.settingsFile = settingsFile;
  }

  /** Where the gateway places an IP address: `edge.setLocation('203.0.113.7', { country: 'India', city: 'Delhi' })`. */
  setLocation(ipAddress: string, location: Readonly<Record<string, string>>): void {
    this.gateway.locations.set(ipAddress, location);
  }

  /** What the gateway reads from a user agent: `os`, `os_version`, `device_type`, `device`, `browser_string`, `browser_version`. */
  setUserAgent(userAgent: string, facts: Readonly<Record<string, string>>): void {
    this.gateway.userAgents.set(userAgent, facts);
  }

  /** Who is on a list that `inlist(<listId>)` asks for. */
  setList(listId: string, values: readonly string[]): void {
    this.gateway.lists.set(listId, new Set(values));
  }

  /** Makes one id another name of a user's. */
  setAlias(aliasId: string, userId: string): void {
    this.gateway.aliases.set(aliasId, userId);
  }

  /**
   * Lets the next requests fail: `edge.fail('settings', { kind: 'silence' })`.
   * @param options.times how many. @default all, until `heal`
   */
  fail(part: EdgePart, fault: EdgeFault, { times = Infinity }: { readonly times?: number } = {}): void {
    this.faults.set(part, fault, times);
  }

  /** Ends the fault of one part, or all faults. A request that is being kept in silence stays so. */
  heal(part?: EdgePart): void {
    this.faults.heal(part);
  }

  /** Forgets the events and requests so far. Settings, faults and the gateway's knowledge stay. */
  clear(): void {
    this.eventLog.clear();
    this.requestLog.clear();
  }

  /** Ends every connection, silent ones too. Calling it twice is fine. */
  async close(): Promise<void> {
    this.eventLog.close();
    this.requestLog.close();
    await this.server.close();
  }

  private onRequest(request: EdgeRequest, status: number | undefined): void {
    const received = { ...request, status };
    const before = this.unanswered.get(request);
    if (before) this.requestLog.replace(before, received);
    else this.requestLog.add(received);
    this.unanswered.set(request, received);
  }
}
