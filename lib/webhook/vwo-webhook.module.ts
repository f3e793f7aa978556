import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { OneInProcess } from '../common/index.js';
import { VwoWebhook, WEBHOOK_ROUTE, WEBHOOK_SECRETS } from './vwo-webhook.js';
import { WebhookCheck } from './webhook.check.js';
import { webhookController } from './webhook.controller.js';
import {
  checkedAsyncWebhook,
  checkedSecret,
  checkedWebhook,
  type ResolvedRoute,
  secretsOf,
  type VwoWebhookAsyncOptions,
  type VwoWebhookOptions,
  type VwoWebhookSecret,
} from './webhook.options.js';

/**
 * A route that VWO calls when something has been published: the client fetches its settings at once, instead of at its next poll.
 *
 * `POST` with the secret in the header `x-vwo-auth`: 204 at once, and one fetch, or the next one where one is under way. Without it, or
 * with another one: 401. A fetch that fails is tried again a few times, and by the poll. No user is resolved and no flag is read for it.
 * Import it once for each account.
 *
 * ```ts
 * imports: [VwoModule.forRoot({ … }), VwoWebhookModule.forRoot({ secret: '…' })] // POST /vwo/webhook
 * ```
 */
@OneInProcess('VwoWebhookModule')
@Module({})
export class VwoWebhookModule {
  /** Throws `VwoOptionsError` for an option that does not exist or cannot work; a `client` that is not there, and the path of another webhook, make the start reject with it. */
  static forRoot(options: VwoWebhookOptions): DynamicModule {
    const route = checkedWebhook(options);
    const secrets = secretsOf(options);
    return webhookModule(route, { useFactory: () => secrets });
  }

  /** The secret from a factory, e.g. of configuration; the rest beside it. Errors as of `forRoot`. */
  static forRootAsync(options: VwoWebhookAsyncOptions): DynamicModule {
    const route = checkedAsyncWebhook(options);
    const { useFactory, inject, imports } = options;
    const secrets = async (...args: unknown[]): Promise<readonly string[]> =>
      checkedSecret((await useFactory(...args)) as VwoWebhookSecret);
    return { ...webhookModule(route, { useFactory: secrets, ...(inject && { inject }) }), imports: imports ?? [] };
  }
}

function webhookModule(
  route: ResolvedRoute,
  secrets: Omit<FactoryProvider<readonly string[]>, 'provide'>,
): DynamicModule {
  return {
    module: VwoWebhookModule,
    controllers: [webhookController(route)],
    providers: [
      { provide: WEBHOOK_SECRETS, ...secrets },
      { provide: WEBHOOK_ROUTE, useValue: route },
      VwoWebhook,
      WebhookCheck,
    ],
  };
}
