import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VwoEdge } from '../../lib/entries/edge.js';
import { shopSettings } from '../client/client.fixture.js';
import { shopSettingsFile } from '../full-stack/full-stack.fixture.js';
import { anyJson } from '../fme/engine/any-input.properties.js';
import { pointedTexts } from './any-value.js';

/** Always the same cases. */
const SEED = 1;

const PATHS = ['/server-side/batch-events-v2', '/events/t', '/server-side/track-user', '/get-location', '/check-attribute', '/', '/%', '//', '/server-side/v2-settings']; // prettier-ignore

describe('an edge that is sent anything', () => {
  let edge: VwoEdge;
  beforeAll(
    async () => void (edge = await VwoEdge.start({ settings: shopSettings(), settingsFile: shopSettingsFile() })),
  );
  afterAll(() => edge.close());

  it('answers each request, and the next one', async () => {
    const body = fc.oneof(
      pointedTexts,
      anyJson.map((value) => JSON.stringify(value)),
      anyJson.map((ev) => JSON.stringify({ ev })),
      fc.constantFrom('['.repeat(50_000), '{"ev":'.repeat(50_000), `{"ev":[${'1,'.repeat(100_000)}1]}`),
    );
    const query = pointedTexts.map((text) => `?en=${new URLSearchParams({ text }).toString()}&a=${'%'}`);
    const each = fc.asyncProperty(fc.constantFrom(...PATHS), query, body, async (path, asked, sent) => {
      const response = await fetch(edge.url + path + asked, { method: 'POST', body: sent });
      expect(response.status).toBeLessThan(500);
      await response.text();
      expect((await fetch(edge.url + path + asked)).status).toBeLessThan(500);
    });
    await fc.assert(each, { seed: SEED, numRuns: 200 });
    const good = await fetch(`${edge.url}/server-side/v2-settings?i=test-sdk-key&a=123456`);
    expect([good.status, ((await good.json()) as { accountId: unknown }).accountId]).toEqual([200, 123456]);
  });
});
