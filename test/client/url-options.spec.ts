import { describe, expect, test } from '@jest/globals';
import { FmeClient, MemoryStorage } from '../../lib/index.js';
import { officialSdk } from '../../lib/entries/sdk.js';
import { listening } from './client.fixture.js';
import { PRODUCTS } from './products.fixture.js';

/** What VWO is never called with: it would be dropped, or stand in the middle of a path. */
const WRONG: readonly (readonly [what: string, url: string])[] = [
  ['a password', 'https://user:secret@vwo.example.com'],
  ['a user name', 'https://secret@vwo.example.com'],
  ['a query', 'https://vwo.example.com/proxy?token=secret'],
  ['a fragment', 'https://vwo.example.com/proxy#secret'],
];

/** The error that `work` throws. */
function refusalOf(work: () => unknown): { readonly code?: string; readonly message: string } {
  try {
    work();
  } catch (error) {
    return error as { code?: string; message: string };
  }
  throw new Error('nothing was refused');
}

describe.each(WRONG)('a URL with %s is refused at start, by its option, and told to nobody', (_what, url) => {
  test.each(PRODUCTS)('$name: baseUrl', (product) => {
    const refusal = refusalOf(() => product.make({ baseUrl: url }));
    expect(refusal).toMatchObject({ code: 'VWO_OPTIONS', message: expect.stringContaining('`baseUrl`') });
    expect(refusal.message).not.toContain('secret');
  });

  test.each(PRODUCTS)('$name: eventsUrl', (product) => {
    const refusal = refusalOf(() => product.make({ eventsUrl: url }));
    expect(refusal).toMatchObject({ code: 'VWO_OPTIONS', message: expect.stringContaining('`eventsUrl`') });
    expect(refusal.message).not.toContain('secret');
  });

  const account = { accountId: 123456, sdkKey: 'k' };
  const parts = { storage: new MemoryStorage(), logger: listening(), options: {} };

  test.each([
    ['FmeClient', () => new FmeClient({ ...account, gateway: { url } })],
    ['officialSdk', () => officialSdk({ ...account, gateway: { url } })(parts)],
  ])('%s: gateway.url', (_name, make) => {
    const refusal = refusalOf(make);
    expect(refusal).toMatchObject({ code: 'VWO_OPTIONS', message: expect.stringContaining('`gateway.url`') });
    expect(refusal.message).not.toContain('secret');
  });
});
