import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { VwoOptionsError } from '../common/index.js';
import { WEBHOOK_ROUTE, WEBHOOK_SECRETS } from './vwo-webhook.js';
import { overlaps, type ResolvedRoute } from './webhook.options.js';

/** Refuses at start a webhook that would answer and do nothing. */
@Injectable()
export class WebhookCheck implements OnModuleInit {
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(WEBHOOK_ROUTE) private readonly own: ResolvedRoute,
  ) {}

  /** Throws `VwoOptionsError`. */
  onModuleInit(): void {
    for (const { providers } of this.modules.values()) {
      if (providers.get(WEBHOOK_SECRETS)?.isDependencyTreeStatic() === false) throw requestScoped();
      const other = providers.get(WEBHOOK_ROUTE)?.instance as ResolvedRoute | undefined;
      if (other && other !== this.own && overlaps(other, this.own)) throw taken(other.path);
    }
  }
}

function requestScoped(): Error {
  return new VwoOptionsError(
    'What `inject` of VwoWebhookModule.forRootAsync names must not be request-scoped, nor what it depends on: the secret is the same for each call.',
  );
}

function taken(path: string): Error {
  return new VwoOptionsError(
    `\`path\` "${path}" is that of another webhook, and one of the two would never be called: import VwoWebhookModule once for each account, ` +
      'each with a path of its own.',
  );
}
