import type { VwoModuleOptions } from 'nestjs-vwo';
import { RedisStorage } from 'nestjs-vwo/redis';
import { VwoEdge } from 'nestjs-vwo/testing';
import { legacySettings } from '../legacy/legacy.settings.js';
import { legacyVwo } from '../legacy/legacy.vwo.js';
import { shopSettings } from './shop.settings.js';

/** Where flags come from and where decisions are kept, as the environment says. */
export interface ShopVwo {
  readonly options: VwoModuleOptions;
  /** The VWO that the shop brought along; undefined with a real account. */
  readonly edge: VwoEdge | undefined;
  /** Of the legacy corner, which the shop's own VWO serves too; undefined with a real account. */
  readonly legacy: VwoModuleOptions | undefined;
  /** One line each for whoever starts the shop. */
  readonly flagsFrom: string;
  readonly rememberedIn: string;
}

/**
 * - nothing set: a VWO of the shop's own on loopback, decisions in memory
 * - `REDIS_URL`: decisions in Redis, so that they outlive a restart
 * - `VWO_ACCOUNT_ID` and `VWO_SDK_KEY`: the real VWO
 */
export async function shopVwo(env: NodeJS.ProcessEnv): Promise<ShopVwo> {
  const { REDIS_URL: url, VWO_ACCOUNT_ID: accountId, VWO_SDK_KEY: sdkKey } = env;
  if (Boolean(accountId) !== Boolean(sdkKey)) {
    throw new Error('VWO_ACCOUNT_ID and VWO_SDK_KEY belong together: set both, or neither');
  }
  const storage = url ? { storage: new RedisStorage({ url }) } : {};
  const rememberedIn = url ? `Redis (${new URL(url).host})` : 'memory, until the shop closes';
  if (accountId && sdkKey) {
    const flagsFrom = `VWO, account ${accountId}`;
    return { options: { accountId, sdkKey, ...storage }, edge: undefined, legacy: undefined, flagsFrom, rememberedIn };
  }
  const edge = await VwoEdge.start({ settings: shopSettings, settingsFile: legacySettings });
  return {
    options: {
      accountId: shopSettings.accountId,
      sdkKey: shopSettings.sdkKey,
      baseUrl: edge.url,
      events: { flushInterval: 100 }, // so that the page soon shows what VWO has received
      ...storage,
    },
    edge,
    legacy: legacyVwo(edge, url),
    flagsFrom: `a VWO of the shop's own at ${edge.url}`,
    rememberedIn,
  };
}
