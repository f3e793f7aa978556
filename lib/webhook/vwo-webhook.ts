import {
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleInit,
  UnauthorizedException,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Diagnostics, systemClock, VwoOptionsError } from '../common/index.js';
import { loggerOf, VisitOpeners } from '../nest/index.js';
import { SettingsRefresh } from './settings-refresh.js';
import { WebhookSecrets } from './webhook-secrets.js';
import type { ResolvedRoute } from './webhook.options.js';

/** Of one webhook, checked: the texts that are right, and `ResolvedRoute`. */
export const WEBHOOK_SECRETS = Symbol.for('nestjs-vwo:webhook-secrets');
export const WEBHOOK_ROUTE = Symbol.for('nestjs-vwo:webhook-route');

/** What a call of VWO's webhook does. */
@Injectable()
export class VwoWebhook implements OnModuleInit, OnApplicationShutdown {
  private readonly secrets: WebhookSecrets;
  private readonly diagnostics: Diagnostics;
  private refresh: SettingsRefresh | undefined;

  constructor(
    @Inject(WEBHOOK_SECRETS) secrets: readonly string[],
    @Inject(WEBHOOK_ROUTE) private readonly route: ResolvedRoute,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
  ) {
    this.secrets = new WebhookSecrets(secrets);
    this.diagnostics = new Diagnostics(loggerOf(route.client), systemClock);
  }

  /** Throws `VwoOptionsError` where there is no such client. */
  onModuleInit(): void {
    const { client } = openersIn(this.modules).get(this.route.client);
    this.refresh = new SettingsRefresh(() => client.refresh(), systemClock);
  }

  onApplicationShutdown(): void {
    this.refresh?.close();
  }

  /** Throws `UnauthorizedException` unless `secret` is right. Nothing else of a call is looked at. */
  receive(secret: unknown): void {
    if (typeof secret === 'string' && this.secrets.has(secret)) return this.refresh?.ask();
    const how = secret === undefined ? 'without the header x-vwo-auth' : 'with another secret in x-vwo-auth';
    this.diagnostics.warn('webhook', `The webhook of VWO was called ${how}: answered 401, nothing is fetched.`);
    throw new UnauthorizedException();
  }
}

/** Of an application without any `VwoModule` Nest says only that it knows no such class. */
function openersIn(modules: ModuleRef): VisitOpeners {
  try {
    return modules.get(VisitOpeners, { strict: false });
  } catch (cause) {
    throw new VwoOptionsError('VwoWebhookModule needs VwoModule: import VwoModule.forRoot(…) too.', { cause });
  }
}
