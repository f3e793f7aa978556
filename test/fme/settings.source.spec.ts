import { afterEach, describe, expect, it } from '@jest/globals';
import { FmeSettingsSource } from '../../lib/fme/settings.source.js';
import { Transport, VwoHosts } from '../../lib/transport/index.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { loopback, type Loopback } from '../transport/loopback.js';

const open: Loopback[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function vwo(isSilent = false) {
  const server = await loopback((_request, response) => isSilent || response.end('{"accountId":123456}'));
  open.push(server);
  const clock = new MovedClock();
  const transport = new Transport({ clock });
  const hosts = new VwoHosts({ baseUrl: server.url });
  const source = new FmeSettingsSource({ transport, hosts, accountId: '123456', sdkKey: 'a/key' });
  return { server, clock, source };
}

describe('FmeSettingsSource', () => {
  it('asks VWO as the official SDK does, past every cache', async () => {
    const { server, source } = await vwo();
    await expect(source.fetch()).resolves.toEqual(Buffer.from('{"accountId":123456}'));
    await source.fetch();
    const [first, second] = server.requests.map((line) => new URL(line.replace('GET ', ''), server.url));
    expect(first?.pathname).toBe('/server-side/v2-settings');
    const { r, ...query } = Object.fromEntries(first?.searchParams ?? []);
    expect(query).toEqual({
      i: 'a/key',
      a: '123456',
      platform: 'server',
      sn: 'vwo-fme-node-sdk',
      sv: '1.60.0',
      'api-version': '1',
      s: 'prod',
    });
    expect(Number(r)).toBeGreaterThan(0);
    expect(second?.searchParams.get('r')).not.toBe(r);
  });

  it('gives VWO up after ten seconds of silence, and names the call without the key', async () => {
    const { server, clock, source } = await vwo(true);
    const error = source.fetch().catch((reason: unknown) => reason);
    await until(() => server.requests.length === 1);
    clock.move(10_000);
    const { message } = (await error) as Error;
    expect(message).toContain('gave no answer within 10000 ms');
    expect(message).not.toContain('key');
  });
});
