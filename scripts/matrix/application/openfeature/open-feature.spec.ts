import { OpenFeature } from '@openfeature/server-sdk';
import { FmeClient } from 'nestjs-vwo/client';
import { accountSettings, feature, rollout, VwoEdge } from 'nestjs-vwo/edge';
import { VwoOpenFeatureProvider } from 'nestjs-vwo/openfeature';

describe('OpenFeature', () => {
  it('evaluates a flag and tracks an event', async () => {
    const hello = feature('hello', [rollout({ variables: { to: 'world' } })], { metrics: ['said'] });
    const edge = await VwoEdge.start({ settings: accountSettings({ features: [hello] }) });
    const vwo = new FmeClient({ accountId: 123456, sdkKey: 'k', baseUrl: edge.url });
    await OpenFeature.setProviderAndWait(new VwoOpenFeatureProvider(vwo));
    const client = OpenFeature.getClient();
    const ann = { targetingKey: 'ann' };

    const { value, reason } = await client.getStringDetails('hello.to', '', ann);
    expect([value, reason]).toEqual(['world', 'TARGETING_MATCH']);
    expect((await client.getNumberDetails('hello.to', 1, ann)).errorCode).toBe('TYPE_MISMATCH');

    client.track('said', ann, { value: 1 });
    await OpenFeature.close();
    expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['vwo_variationShown', 'said']);
    await edge.close();
  });
});
