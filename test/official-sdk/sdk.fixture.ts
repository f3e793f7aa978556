import { createRequire } from 'node:module';
import { type OfficialSdk, SdkClient, type SdkClientOptions } from '../../lib/entries/sdk.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';
import { judge } from '../differential/judge.js';

/** VWO's SDK 1.35.0, the same instance for every test of a file. */
export const realSdk = createRequire(import.meta.url)('vwo-fme-node-sdk') as OfficialSdk;

const started: SdkClient[] = [];

/** Closes what `sdkClientOf` has started; 1.35 serves one client at a time. */
export async function closeClients(): Promise<void> {
  for (const client of started.splice(0)) await client.close();
}

/** A client on VWO's SDK, started, that sends events as soon as they come. */
export async function sdkClientOf(edge: VwoEdge, options: Partial<SdkClientOptions> = {}): Promise<SdkClient> {
  const client = new SdkClient(optionsFor(edge, options));
  started.push(client);
  await client.start();
  return client;
}

export function optionsFor(edge: VwoEdge, options: Partial<SdkClientOptions> = {}): SdkClientOptions {
  return {
    accountId: 123456,
    sdkKey: 'test-sdk-key',
    baseUrl: edge.url,
    logger: listening(),
    events: { flushInterval: 5 },
    sdk: judge,
    ...options,
  };
}
