import { FmeClient, type FmeClientOptions } from '../../lib/fme/index.js';
import type { VwoLogger } from '../../lib/common/diagnostics.js';
import { abTest, accountSettings, feature, personalise, rollout, type VwoEdge } from '../../lib/entries/edge.js';

/** Two flags that everybody has (one of them an A/B test), one by segment, one that nobody has. */
export const shopSettings = () =>
  accountSettings({
    features: [
      feature(
        'checkout',
        [rollout(), abTest({ variations: [{ variables: { button: 'blue' } }, { variables: { button: 'green' } }] })],
        { metrics: ['orderPlaced'] },
      ),
      feature('banner', [rollout({ variables: { text: 'Hello', layout: { columns: [1, 2] } } })]),
      feature('gold', [rollout(), personalise({ when: { plan: 'gold' }, variables: { discount: 10 } })]),
      feature('closed', [rollout({ percent: 0 })]),
    ],
  });

export interface Said extends VwoLogger {
  readonly lines: string[];
}

/** A logger that remembers: `warn: …`. */
export function listening(): Said {
  const lines: string[] = [];
  const say = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  return { lines, error: say('error'), warn: say('warn'), log: say('log') };
}

/** A client of an edge, started, that sends events as soon as they come. */
export async function clientOf(edge: VwoEdge, options: Partial<FmeClientOptions> = {}): Promise<FmeClient> {
  const client = new FmeClient({
    accountId: 123456,
    sdkKey: 'test-sdk-key',
    baseUrl: edge.url,
    logger: listening(),
    events: { flushInterval: 5 },
    ...options,
  });
  await client.start();
  return client;
}
