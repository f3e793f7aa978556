import type { VwoNotice, DecisionUser, GatewayFacts, StoredDecision } from '../../lib/model/index.js';
import { judge } from './judge.js';
import { type Outcome, type Shown, plainVariables } from './outcome.js';
import { withoutTimers } from './without-timers.js';

interface OfficialClient {
  getFlag(key: string, context: object): Promise<{ isEnabled(): boolean; getVariables(): Record<string, unknown>[] }>;
}

interface OfficialEvent {
  readonly d: { readonly event: { readonly name: string; readonly props: { id: number; variation: number } } };
}

interface OfficialRequest {
  getOptions(): {
    readonly path: string;
    /** One event, or several. */
    readonly body?: OfficialEvent | { readonly ev: readonly OfficialEvent[] };
  };
  getQuery(): Record<string, unknown>;
}

/** What the gateway would answer, for the user at hand. */
export interface FakeGateway {
  details(asked: { readonly userAgent: boolean; readonly ipAddress: boolean }): GatewayFacts;
  isListed(listId: string, attribute: string): boolean;
}

/**
 * VWO's own SDK 1.35.0, with its network and its storage in our hands. It keeps everything in process-wide singletons:
 * one account at a time, one call at a time.
 */
export class OfficialSdk {
  private stored: ReadonlyMap<string, StoredDecision> = new Map();
  private written = new Map<string, Record<string, unknown>>();
  private shown: Shown[] = [];
  private usage = 0;
  private notice: VwoNotice | undefined;
  private gateway: FakeGateway | undefined;
  private client: OfficialClient | undefined;

  /** `withGateway`: the SDK asks a gateway. Without, it takes details from the context's `_vwo`. */
  async load(
    settings: { readonly accountId: number | string; readonly sdkKey?: string },
    withGateway: boolean,
  ): Promise<void> {
    await withoutTimers(async () => {
      const options = {
        accountId: settings.accountId,
        sdkKey: 'sdk-key',
        settings: structuredClone(settings),
        network: {
          client: {
            GET: (request: OfficialRequest) => this.get(request),
            POST: (request: OfficialRequest) => this.post(request),
          },
        },
        storage: {
          get: (key: string) => Promise.resolve(structuredClone(this.stored.get(key))),
          set: (data: Record<string, unknown>) =>
            Promise.resolve(void this.written.set(String(data['featureKey']), data)),
        },
        integrations: { callback: (notice: VwoNotice) => void (this.notice = { ...notice }) },
        logger: { level: 'ERROR', transport: { level: 'ERROR', log: () => undefined } },
        isUsageStatsDisabled: true,
        isBatchingDisabled: true, // from 1.50 on, events are batched unless this is set
        ...(withGateway && { gatewayService: { url: 'http://127.0.0.1:1' } }),
      };
      this.client = (await judge.init(options as never)) as unknown as OfficialClient;
    });
  }

  async decide(
    key: string,
    user: DecisionUser,
    stored: ReadonlyMap<string, StoredDecision>,
    gateway?: FakeGateway,
  ): Promise<Outcome> {
    if (!this.client) throw new Error('load settings first');
    this.stored = stored;
    this.written = new Map();
    this.shown = [];
    this.usage = 0;
    this.notice = undefined;
    this.gateway = gateway;
    const { gateway: _facts, userListId: _listId, ...context } = user;
    const flag = await this.client.getFlag(key, { ...context });
    await new Promise((resolve) => setImmediate(resolve));
    return {
      enabled: flag.isEnabled(),
      variables: plainVariables(flag.getVariables()),
      records: new Map(this.written),
      shown: this.shown,
      usage: this.usage,
      notice: this.notice,
    };
  }

  private get(request: OfficialRequest): Promise<object> {
    const { path } = request.getOptions();
    const query = request.getQuery();
    if (path.startsWith('/get-user-details')) {
      return answer(this.gateway?.details({ userAgent: 'userAgent' in query, ipAddress: 'ipAddress' in query }) ?? {});
    }
    return answer(this.gateway?.isListed(String(query['listId']), String(query['attribute'])) ?? false);
  }

  private post(request: OfficialRequest): Promise<object> {
    const { body } = request.getOptions();
    for (const { d } of body === undefined ? [] : 'ev' in body ? body.ev : [body]) {
      const { name, props } = d.event;
      if (name === 'vwo_feTrackUsage') this.usage += 1;
      if (name === 'vwo_variationShown') this.shown.push({ campaignId: props.id, variationId: props.variation });
    }
    return answer({});
  }
}

/** An answer of the network, as the SDK's own client of it gives one. */
export function answer(data: unknown): Promise<object> {
  return Promise.resolve({
    getStatusCode: () => 200,
    getTotalAttempts: () => 0,
    getData: () => data,
    getError: () => undefined,
    getHeaders: () => ({}),
  });
}
