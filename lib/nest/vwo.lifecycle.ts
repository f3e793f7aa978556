import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isVwoClient, type VwoClient } from '../client/index.js';
import { refuse } from '../common/index.js';
import { FmeClient } from '../fme/index.js';
import type { VwoStorage } from '../storage/index.js';
import { checkMount } from './mount/index.js';
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
  checkMount(options, client);
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
    checkMount(options, client);
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

/** After the application has started, in ms: some call `enableShutdownHooks` last. */
const HOOKS_WITHIN_MS = 1_000;

/** Drains and closes at the last moment: the HTTP server is closed by then, so every visit has ended. */
export class VwoLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private forgetHooks: (() => void) | undefined;

  constructor(
    private readonly options: Pick<ResolvedVwoOptions, 'client' | 'clock'>,
    private readonly client: VwoClient,
    private readonly logger: Pick<Logger, 'log'>,
  ) {}

  /** Says what is at stake where nothing listens to SIGTERM. */
  onApplicationBootstrap(): void {
    if (this.options.client === this.client || !this.client.needsClose) return; // the first is closed by whoever made it
    this.forgetHooks = this.options.clock.after(HOOKS_WITHIN_MS, () => {
      if (process.listenerCount('SIGTERM') > 0) return;
      this.logger.log(
        'SIGTERM ends this process at once, and decisions and events that wait are lost: call `app.enableShutdownHooks()`.',
      );
    });
  }

  /** The client closes its storage after its last write. */
  async onApplicationShutdown(): Promise<void> {
    this.forgetHooks?.();
    if (this.options.client !== this.client) await this.client.close();
  }
}
