import { afterEach, expect, test } from '@jest/globals';
import { Diagnostics, systemClock } from '../../lib/common/index.js';
import type { QueuedEvent } from '../../lib/events/index.js';
import { type FullStackEvent, FullStackSender } from '../../lib/full-stack/full-stack.events.js';
import { Transport, VwoHosts } from '../../lib/transport/index.js';
import { listener, loopback, type Loopback } from '../transport/loopback.js';

let server: Loopback;
afterEach(() => server.close());

const queued = (event: FullStackEvent): QueuedEvent<FullStackEvent> => ({
  user: { id: 'ann', uuid: 'A', sessionId: 1 },
  time: 0,
  event,
});
const entry = queued({ kind: 'entry', entry: { eT: 1 } });
const post = queued({ kind: 'post', query: { en: 'order' }, payload: {} });

/** What became of an entry between two posts, where these paths are answered with 429 and a pause. */
async function sent(isRefused: (path: string) => boolean) {
  server = await loopback((request, response) => {
    const path = request.url ?? '';
    response.writeHead(isRefused(path) ? 429 : 200, isRefused(path) ? { 'retry-after': '60' } : {}).end('{}');
  });
  const account = { accountId: '1', sdkKey: 'key' };
  const options = {
    account: { accountId: '1', environment: 'test' },
    transport: new Transport(),
    hosts: new VwoHosts({ baseUrl: server.url }),
    diagnostics: new Diagnostics(listener(), systemClock),
  };
  return new FullStackSender(options, account).send([post, entry, post], new AbortController().signal);
}

test('where VWO asks to be left alone after the batch of entries, single posts wait too', async () => {
  const { left, reason, retryAfter } = await sent((path) => path.includes('batch-events'));
  expect(server.requests).toHaveLength(1);
  expect(left).toEqual([post, entry, post]);
  expect([reason, retryAfter]).toEqual(['VWO answered 429', 60_000]);
});

test('where VWO asks it after a post, that is told as well', async () => {
  const { left, reason, retryAfter } = await sent((path) => path.startsWith('/events/t'));
  expect(left).toEqual([post, post]);
  expect([reason, retryAfter]).toEqual(['VWO answered 429', 60_000]);
});
