import { type Logger, OpenFeature } from '@openfeature/server-sdk';
import type { VwoClient } from '../../lib/index.js';
import { VwoOpenFeatureProvider } from '../../lib/entries/openfeature.js';

/** What OpenFeature has logged since the last reset: `warn …`. Nothing of it is printed. */
export const logged: string[] = [];

const say =
  (level: string) =>
  (...what: unknown[]) =>
    void logged.push(`${level} ${what.map(String).join(' ')}`);
const LOGGER: Logger = { error: say('error'), warn: say('warn'), info: say('info'), debug: say('debug') };
OpenFeature.setLogger(LOGGER);

/** What `resetOpenFeature` closes. */
const clients: VwoClient[] = [];

/** OpenFeature on this client, which `initialize` starts where nobody has; closed by `resetOpenFeature`. */
export async function openFeatureOn(client: VwoClient, domain?: string): Promise<VwoOpenFeatureProvider> {
  clients.push(client);
  const provider = new VwoOpenFeatureProvider(client);
  if (domain === undefined) await OpenFeature.setProviderAndWait(provider);
  else await OpenFeature.setProviderAndWait(domain, provider);
  return provider;
}

/** `afterEach(resetOpenFeature)`: OpenFeature is one for the process. */
export async function resetOpenFeature(): Promise<void> {
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
  OpenFeature.clearHooks();
  OpenFeature.setContext({});
  logged.length = 0;
  for (const client of clients.splice(0)) await client.close();
}
