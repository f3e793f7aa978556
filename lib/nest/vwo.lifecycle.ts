import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { isVwoClient, type VwoClient } from '../client/index.js';
import { refuse } from '../common/index.js';
import { FmeClient } from '../fme/index.js';
import type { VwoStorage } from '../storage/index.js';
import { namingVariables } from './option-origin.js';
import type { ResolvedVwoOptions } from './vwo.options.js';

/** Nest's logger under the name of the module's client. */
export function loggerOf(name?: string): Logger {
  return new Logger(name === undefined ? 'Vwo' : `Vwo ${name}`);
}

/** The client, with its settings: nothing that injects it runs before. Rejects where the application asked for that. */
export async function startClient(options: ResolvedVwoOptions, storage: VwoStorage, name?: string): Promise<VwoClient> {
  const { client } = options;
  if (!isVwoClient(client)) return startOwn(options, storage, loggerOf(name));
  if (!client.isStarted) {
    const cure = 'call `await client.start()` before the application starts';
    loggerOf(name).warn(
      `The option \`client\` is an instance that was not started: every flag is off until it is; ${cure}.`,
    );
  }
  return client; // the user's: started and closed by the user
}

async function startOwn(options: ResolvedVwoOptions, storage: VwoStorage, logger: Logger): Promise<VwoClient> {
  let client: VwoClient | undefined;
  try {
    client = buildClient(options, storage, logger);
    await client.start();
    return client;
  } catch (error) {
    await client?.close();
    throw namingVariables(options.given, error);
  }
}

function buildClient({ client: build, forClient }: ResolvedVwoOptions, storage: VwoStorage, logger: Logger): VwoClient {
  if (typeof build !== 'function') return new FmeClient({ ...forClient, storage, logger });
  const client: unknown = build({ storage, logger, options: forClient });
  return isVwoClient(client) ? client : refuse('client', 'a function that gives a VwoClient', client);
}

/** Drains and closes at the last moment: the HTTP server is closed by then, so every visit has ended. */
export class VwoLifecycle implements OnApplicationShutdown {
  constructor(
    private readonly options: Pick<ResolvedVwoOptions, 'client'>,
    private readonly client: VwoClient,
  ) {}

  /** The client closes its storage after its last write. */
  async onApplicationShutdown(): Promise<void> {
    if (this.options.client !== this.client) await this.client.close();
  }
}
