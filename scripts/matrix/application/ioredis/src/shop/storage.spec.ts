import { FmeClient } from 'nestjs-vwo/client';
import { RedisStorage } from 'nestjs-vwo/redis';
import { accountSettings, feature, rollout } from 'nestjs-vwo/testing';

/** A storage with a connection of its own: ioredis is loaded when it opens. */
describe('a storage with a URL', () => {
  it('remembers a decision', async () => {
    const settings = accountSettings({ features: [feature('new-checkout', [rollout()])] });
    const sources: string[] = [];
    for (let visits = 0; visits < 2; visits++) {
      const storage = new RedisStorage({ url: process.env.REDIS_URL ?? 'redis://localhost', environment: 'unit' });
      const client = new FmeClient({ settings, events: false, storage });
      await client.start();
      const visit = await client.visit({ id: 'ann' });
      sources.push(visit.flag('new-checkout').source);
      await visit.end();
      await client.close();
    }
    expect(sources).toEqual(['rules', 'storage']);
  });
});
