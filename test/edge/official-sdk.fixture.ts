import { init } from 'vwo-fme-node-sdk';
import type { AccountSettings, VwoEdge } from '../../lib/entries/edge.js';

interface SdkRequest {
  getOptions(): { path: string; method: string; headers?: Record<string, string>; body?: unknown };
}

/** VWO's own SDK with every call of its network layer sent to a `VwoEdge`. */
export async function officialSdk(edge: VwoEdge, { accountId, sdkKey }: AccountSettings) {
  const troubles: string[] = [];
  const call = async (request: SdkRequest) => {
    const { path, method, headers, body } = request.getOptions();
    const answer = await fetch(edge.url + path.replaceAll(' ', '%20'), {
      method,
      headers,
      body: body === undefined || method === 'GET' ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const response = {
      getStatusCode: () => answer.status,
      getTotalAttempts: () => 0,
      getData: () => JSON.parse(text) as unknown,
      getError: () => (answer.ok ? undefined : text),
      getHeaders: () => ({}),
    };
    if (!answer.ok) troubles.push(`${path}: ${text}`);
    return answer.ok ? response : Promise.reject(response);
  };
  const client = await withoutLastingTimers(() =>
    init({
      accountId: String(accountId),
      sdkKey,
      network: { client: { GET: call, POST: call } },
      logger: { level: 'ERROR', transport: { log: (_: string, message: string) => troubles.push(message) } },
      isUsageStatsDisabled: true,
    } as unknown as Parameters<typeof init>[0]),
  );
  return { client: client as Official, troubles };
}

/** The SDK polls for ever and cannot be closed (1.35): its timer shall not keep the test run from ending. */
async function withoutLastingTimers<T>(work: () => Promise<T>): Promise<T> {
  const real = globalThis.setTimeout;
  const unreferenced = (...args: Parameters<typeof real>) => real(...args).unref();
  globalThis.setTimeout = Object.assign(unreferenced, real);
  try {
    return await work();
  } finally {
    globalThis.setTimeout = real;
  }
}

export interface Official {
  getFlag(key: string, context: object): Promise<OfficialFlag>;
  trackEvent(name: string, context: object, properties?: object): Promise<Record<string, boolean>>;
}

export interface OfficialFlag {
  isEnabled(): boolean;
  getVariable<T>(key: string, otherwise: T): T;
}
