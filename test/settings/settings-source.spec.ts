import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FileSettingsSource, GivenSettingsSource, VwoSettingsSource } from '../../lib/settings/index.js';
import { Transport, VwoHosts } from '../../lib/transport/index.js';
import { loopback, type Loopback } from '../transport/loopback.js';

const open: Loopback[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe('VwoSettingsSource', () => {
  it('asks as the official SDK does, and elsewhere after a webhook', async () => {
    const server = await loopback((_request, response) => response.end('{"accountId":123456}'));
    open.push(server);
    const hosts = new VwoHosts({ baseUrl: server.url });
    const source = new VwoSettingsSource({ transport: new Transport(), hosts, accountId: '123456', sdkKey: 'a/key' });
    await expect(source.fetch('poll')).resolves.toEqual({ accountId: 123456 });
    await source.fetch('webhook');
    const [poll, webhook] = server.requests.map((line) => new URL(line.replace('GET ', ''), server.url));
    expect(poll?.pathname).toBe('/server-side/v2-settings');
    expect(webhook?.pathname).toBe('/server-side/v2-pull');
    const { r, ...query } = Object.fromEntries(poll?.searchParams ?? []);
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
    expect(webhook?.searchParams.get('r')).not.toBe(r);
  });
});

describe('GivenSettingsSource', () => {
  it('gives a copy, so that its owner changes nothing by accident', async () => {
    const given = { accountId: 1, features: [{ key: 'a' }] };
    const taken = (await new GivenSettingsSource(given).fetch()) as typeof given;
    given.features.push({ key: 'b' });
    expect(taken).toEqual({ accountId: 1, features: [{ key: 'a' }] });
  });

  it('refuses what is not JSON', async () => {
    const given: Record<string, unknown> & { accountId: number } = { accountId: 1 };
    given.self = given;
    await expect(new GivenSettingsSource(given).fetch()).rejects.toThrow('the given settings are not JSON');
  });
});

describe('FileSettingsSource', () => {
  it('reads the file each time', async () => {
    const path = await file('{"accountId":1}');
    const source = new FileSettingsSource(path);
    await expect(source.fetch()).resolves.toEqual({ accountId: 1 });
    await writeFile(path, '{"accountId":2}');
    await expect(source.fetch()).resolves.toEqual({ accountId: 2 });
  });

  it('names the file that cannot be read, or is not JSON', async () => {
    const path = await file('{"accountId":');
    await expect(new FileSettingsSource(path).fetch()).rejects.toThrow(`${path} is not JSON`);
    await expect(new FileSettingsSource(`${path}.gone`).fetch()).rejects.toThrow(/gone cannot be read: ENOENT/);
  });
});

async function file(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vwo-settings-'));
  folders.push(folder);
  const path = join(folder, 'settings.json');
  await writeFile(path, text);
  return path;
}
