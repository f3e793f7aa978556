import type { Redis } from 'ioredis';
import { FullStackClient } from '../../lib/entries/full-stack.js';
import { RedisStorage } from '../../lib/entries/redis.js';
import { VwoEdge } from '../../lib/entries/edge.js';
import { FmeClient } from '../../lib/fme/index.js';
import type { StoredDecision, StoredDecisions } from '../../lib/model/index.js';
import { MemoryStorage, type VwoStorage } from '../../lib/storage/index.js';
import { listening, shopSettings } from '../client/client.fixture.js';
import { shopSettingsFile } from '../full-stack/full-stack.fixture.js';
import { type Kind, ofFme, ofFullStack } from '../fuzz/storage.kinds.js';
import type { Store, Written } from './stored.properties.js';

/** Both products on one storage each, with events that go to the edge. */
export function kindsOn(edge: VwoEdge, storageOf: () => VwoStorage): readonly Kind[] {
  const common = () => ({
    accountId: 123456,
    sdkKey: 'test-sdk-key',
    environment: 'live',
    baseUrl: edge.url,
    logger: listening(),
    events: { flushInterval: 60_000 },
    storageTimeout: 10_000,
    storage: storageOf(),
  });
  return [
    ofFme(new FmeClient({ ...common(), settings: shopSettings() })),
    ofFullStack(new FullStackClient({ ...common(), settingsFile: shopSettingsFile() })),
  ];
}

export const shopEdge = (): Promise<VwoEdge> =>
  VwoEdge.start({ settings: shopSettings(), settingsFile: shopSettingsFile() });

/** A storage in memory that holds what the text says, whatever that is: `load` gives it as it is. */
export class WrittenStorage extends MemoryStorage implements Store {
  readonly name = 'a storage in memory';
  private texts: Written = [];

  async write(texts: Written): Promise<void> {
    await this.forget('ann');
    this.texts = texts;
  }

  override load(userId: string, keys: readonly string[]): StoredDecisions | Promise<StoredDecisions> {
    if (userId !== 'ann') return super.load(userId, keys);
    return new Map(this.texts.flatMap(([key, text]) => parsed(key, text)));
  }
}

function parsed(key: string, text: string): [string, StoredDecision][] {
  try {
    return [[key, JSON.parse(text) as StoredDecision]];
  } catch {
    return [];
  }
}

/** The same in a Redis, in either layout. */
export function redisStore(client: Redis, layout: 'per-user' | 'per-feature'): Store & { storage: () => RedisStorage } {
  return {
    name: `Redis, ${layout}`,
    storage: () => new RedisStorage({ client, layout }),
    write: async (texts) => {
      await client.flushall();
      for (const [key, text] of texts) {
        if (layout === 'per-user') await client.hset('vwo:123456:live:ann', key, text);
        else await client.set(`${key}_ann`, text);
      }
    },
  };
}
