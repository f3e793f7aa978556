import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildLib, type BuiltLib } from '../common/child-process.js';
import { type Proxy, startProxy } from './corporate-network.js';
import { loopback, type Loopback } from './loopback.js';

/** In a process of its own: Node's `fetch` has one dispatcher per process, which Jest's own globals do not reach. */
describe('a process', () => {
  let lib: BuiltLib;
  let server: Loopback;
  let proxy: Proxy;
  /** By which HTTP client each request came: only `fetch` says how it was made. */
  const clients: string[] = [];
  beforeAll(async () => void (lib = await buildLib()));
  afterAll(() => lib.remove());
  beforeEach(async () => {
    clients.length = 0;
    proxy = await startProxy();
    server = await loopback((request, response) => {
      clients.push(request.headers['sec-fetch-mode'] === undefined ? 'node:http' : 'fetch');
      request.resume().on('end', () => response.end('{}'));
    });
  });
  afterEach(() => Promise.all([server.close(), proxy.close()]));

  const calls = async (before: string) => {
    const { code, error, out } = await lib.run(`
      import { Transport } from 'lib/transport/index.js';
      ${before}
      const transport = new Transport();
      await transport.get('${server.url}', { timeout: 10_000 });
      const { status } = await transport.post('${server.url}', Buffer.from('{}'), { timeout: 10_000 });
      console.log(status);
      process.exit();
    `);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    return out.trim();
  };

  it('that says nothing of it calls VWO by node:http, whether `fetch` was used before or not', async () => {
    expect(await calls('')).toBe('200');
    expect(await calls(`await (await fetch('data:,')).text();`)).toBe('200');
    expect(clients).toEqual(['node:http', 'node:http', 'node:http', 'node:http']);
  });

  it('that has put a proxy under the global `fetch` calls VWO through it', async () => {
    const set = `import { ProxyAgent, setGlobalDispatcher } from 'undici'; setGlobalDispatcher(new ProxyAgent('${proxy.url}'));`;
    expect(await calls(set)).toBe('200');
    expect(clients).toEqual(['fetch', 'fetch']);
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(server.url).host]));
  });

  it('that has put a mock under it meets the mock', async () => {
    const mock = `
      import { MockAgent, setGlobalDispatcher } from 'undici';
      const agent = new MockAgent();
      agent.disableNetConnect();
      setGlobalDispatcher(agent);
      const pool = agent.get('${server.url}');
      pool.intercept({ path: '/', method: 'GET' }).reply(200, {});
      pool.intercept({ path: '/', method: 'POST' }).reply(503, {});`;
    expect(await calls(mock)).toBe('503');
    expect(clients).toEqual([]);
  });
});
