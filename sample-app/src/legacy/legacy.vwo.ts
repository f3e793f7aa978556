import type { VwoModuleOptions } from 'nestjs-vwo';
import { fullStack } from 'nestjs-vwo/full-stack';
import { RedisStorage } from 'nestjs-vwo/redis';
import type { VwoEdge } from 'nestjs-vwo/testing';
import { customerOf } from '../shop/customers.js';
import { legacySettings } from './legacy.settings.js';

/** The module's options with Full Stack as the client: everything else is as for feature flags. */
export function legacyVwo(edge: VwoEdge, redisUrl: string | undefined): VwoModuleOptions {
  return {
    client: fullStack({
      accountId: legacySettings.accountId,
      sdkKey: legacySettings.sdkKey,
      baseUrl: edge.url,
      events: { flushInterval: 100 }, // so that the page soon shows what VWO has received
    }),
    user: customerOf,
    // The same Redis as the shop's: keys carry the account, so two accounts share no record.
    ...(redisUrl && { storage: new RedisStorage({ url: redisUrl }) }),
  };
}
