import { FullStackClient, type FullStackClientOptions } from '../../lib/entries/full-stack.js';
import type { Visit, VwoUserContext } from '../../lib/index.js';
import { featureRollout, featureTest, fullStackSettings, visualAb, type VwoEdge } from '../../lib/entries/edge.js';
import { listening } from '../client/client.fixture.js';

/** An A/B test with two goals, a rollout, a feature test, one campaign that nobody is in, one that is paused. */
export const shopSettingsFile = (more: { readonly eventArchitecture?: boolean } = {}) =>
  fullStackSettings({
    campaigns: [
      visualAb('checkout-test', {
        goals: ['bought', 'signed-up', { identifier: 'paid', revenue: true }],
      }),
      featureRollout('banner', {
        variables: { text: 'Hello', size: 3, ratio: 0.5, on: false, layout: { columns: [1] } },
      }),
      featureTest('pricing', {
        goals: ['bought'],
        variations: [
          { name: 'Control', variables: { discount: 0, label: '' } },
          { name: 'Half', variables: { discount: 50, label: 'half' } },
        ],
      }),
      visualAb('closed', { percent: 0 }),
      visualAb('paused', { status: 'PAUSED' }),
    ],
    ...more,
  });

/** A client of an edge, started, that sends events as soon as they come. */
export async function fullStackClient(
  edge: VwoEdge,
  options: Partial<FullStackClientOptions> = {},
): Promise<FullStackClient> {
  const client = new FullStackClient({
    accountId: 123456,
    sdkKey: 'test-sdk-key',
    baseUrl: edge.url,
    logger: listening(),
    events: { flushInterval: 5 },
    storageTimeout: 2_000,
    ...options,
  });
  await client.start();
  return client;
}

export function visitOf(client: FullStackClient, user: string | VwoUserContext): Promise<Visit> {
  return client.visit(typeof user === 'string' ? { id: user } : user);
}
