import { officialSdk, SdkClient, type SdkClientOptions } from '../../lib/sdk/index.js';
import type { VwoEdge } from '../../lib/testing/index.js';
import { listening, type Said } from '../client/client.fixture.js';

export { officialSdk };

/** A client on the real SDK, started, that sends events as soon as they come. */
export async function sdkClientOf(
  edge: VwoEdge,
  options: Partial<SdkClientOptions> = {},
): Promise<SdkClient & { readonly said: Said }> {
  const said = listening();
  const client = new SdkClient({
    accountId: 123456,
    sdkKey: 'test-sdk-key',
    baseUrl: edge.url,
    logger: said,
    events: { flushInterval: 5 },
    ...options,
  });
  await client.start();
  return Object.assign(client, { said });
}
