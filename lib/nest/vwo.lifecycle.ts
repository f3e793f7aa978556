import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { FmeClient } from '../fme/index.js';
import { VwoClient } from '../client/index.js';
import { refuse } from '../common/index.js';
import type { VwoStorage } from '../storage/index.js';
import { type ResolvedVwoOptions, VWO_OPTIONS } from './vwo.options.js';

/** The client, with its settings: nothing that injects it runs before. Rejects where the application asked for that. */
export async function startClient(options: ResolvedVwoOptions, storage: VwoStorage): Promise<VwoClient> {
  if (options.client instanceof VwoClient) return options.client; // the user's: started and closed by the user
  const client = buildClient(options, storage);
  try {
    await client.start();
  } catch (error) {
    await client.close();
    throw error;
  }
  return client;
}

function buildClient({ client: build, forClient }: ResolvedVwoOptions, storage: VwoStorage): VwoClient {
  const logger = new Logger('Vwo');
  if (typeof build !== 'function') return new FmeClient({ ...forClient, storage, logger });
  const client: unknown = build({ storage, logger, options: forClient });
  return client instanceof VwoClient ? client : refuse('client', 'a function that gives a VwoClient', client);
}

/** Drains and closes at the last moment: the HTTP server is closed by then, so every visit has ended. */
@Injectable()
export class VwoLifecycle implements OnApplicationShutdown {
  constructor(
    @Inject(VWO_OPTIONS) private readonly options: Pick<ResolvedVwoOptions, 'client'>,
    private readonly client: VwoClient,
  ) {}

  /** The client closes its storage after its last write. */
  async onApplicationShutdown(): Promise<void> {
    if (this.options.client !== this.client) await this.client.close();
  }
}
