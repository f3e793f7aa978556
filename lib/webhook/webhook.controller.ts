import { Controller, Headers, HttpCode, HttpStatus, Inject, Post, type Type } from '@nestjs/common';
import { SkipFlags } from '../nest/index.js';
import { VwoWebhook } from './vwo-webhook.js';
import type { ResolvedRoute } from './webhook.options.js';

/** A class for each webhook: path, version and decorators belong to the class. */
export function webhookController({ path, version, decorators }: ResolvedRoute): Type<unknown> {
  @SkipFlags()
  @Controller({ path, version })
  class VwoWebhookController {
    constructor(@Inject(VwoWebhook) private readonly webhook: VwoWebhook) {}

    /** The answer does not wait for the settings: VWO calls again where it gets none in time. */
    @Post()
    @HttpCode(HttpStatus.NO_CONTENT)
    receive(@Headers('x-vwo-auth') secret: unknown): void {
      this.webhook.receive(secret);
    }
  }
  for (const decorate of decorators.toReversed()) decorate(VwoWebhookController); // the last stands next to the class
  return VwoWebhookController;
}
