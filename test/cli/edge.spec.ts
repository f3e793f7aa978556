import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { accountSettings, feature, fullStackSettings, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { FmeClient } from '../../lib/fme/index.js';
import { eventually } from '../common/waiting.js';
import { CliFolder } from './cli.fixture.js';

const settingsWith = (...keys: string[]): object =>
  accountSettings({ features: keys.map((key) => feature(key, [rollout()])) });

describe('nestjs-vwo edge', () => {
  let folder: CliFolder;
  beforeEach(async () => void (folder = await CliFolder.make()));
  afterEach(() => folder.remove());

  const url = (): string => /http:\/\/127\.0\.0\.1:\d+/.exec(folder.out)?.[0] ?? '';

  it('answers as VWO, follows its file, keeps the last good one, and ends when it is asked to', async () => {
    await folder.write('vwo.json', settingsWith('beta'));
    const ended = folder.run(['edge', '--settings', 'vwo.json']);
    await eventually(() => url() !== '');
    expect(folder.out).toContain(`VWO_BASE_URL=${url()} VWO_ACCOUNT_ID=123456`);

    const client = new FmeClient({ accountId: 123456, sdkKey: 'any', baseUrl: url() });
    await client.start();
    const isOn = async (key: string): Promise<boolean> => (await client.visit({ id: 'ann' })).flag(key).isEnabled();
    expect(await isOn('beta')).toBe(true);
    expect(await client.flush()).toBe(true);

    await folder.write('vwo.json', '{ "features": ');
    await eventually(() => /this is not JSON \(\d+ bytes\)\. The settings from before stay\./.test(folder.error));
    await client.refresh();
    expect(await isOn('beta')).toBe(true);

    await folder.write('vwo.json', settingsWith('beta', 'gamma'));
    await eventually(() => folder.out.includes('2 flags'));
    await client.refresh();
    expect(await isOn('gamma')).toBe(true);

    await client.close();
    folder.terminate();
    expect(await ended).toBe(0);
    await expect(fetch(url())).rejects.toThrow();
  });

  it('answers for Full Stack, too', async () => {
    await folder.write('vwo.json', fullStackSettings({ accountId: 77 }));
    const ended = folder.run(['edge', '--settings', 'vwo.json']);
    await eventually(() => url() !== '');
    const answer = await fetch(`${url()}/server-side/settings?a=77&i=any`);
    expect(await answer.json()).toMatchObject({ accountId: 77, campaigns: [] });
    folder.terminate();
    expect(await ended).toBe(0);
  });

  it('keeps nothing of what it has received, however long it runs', async () => {
    const start = jest.spyOn(VwoEdge, 'start');
    await folder.write('vwo.json', settingsWith('beta'));
    const ended = folder.run(['edge', '--settings', 'vwo.json']);
    await eventually(() => url() !== '');
    const client = new FmeClient({ accountId: 123456, sdkKey: 'any', baseUrl: url() });
    await client.start();
    (await client.visit({ id: 'ann' })).flag('beta');
    expect(await client.flush()).toBe(true);
    await client.close();
    const edge = (await start.mock.results[0]!.value) as VwoEdge;
    expect([edge.events, edge.requests]).toEqual([[], []]);
    expect(edge.dropped.events).toBeGreaterThan(0);
    start.mockRestore();
    folder.terminate();
    expect(await ended).toBe(0);
  });

  it('ends with 3 where the file is wrong at the start, or the port is taken, and with 2 without a file', async () => {
    await folder.write('vwo.json', '{}');
    expect(await folder.run(['edge', '--settings', 'vwo.json'])).toBe(3);
    const other = await VwoEdge.start();
    await folder.write('vwo.json', settingsWith());
    expect(await folder.run(['edge', '--settings', 'vwo.json', '--port', String(other.port)])).toBe(3);
    expect(folder.error).toMatch(/^nestjs-vwo: Port \d+ cannot be used: .*EADDRINUSE/);
    await other.close();
    expect(await folder.run(['edge'], { VWO_ACCOUNT_ID: '1', VWO_SDK_KEY: 'k' })).toBe(2);
    expect(await folder.run(['edge', '--settings', 'vwo.json', '--port', 'http'])).toBe(2);
    expect(folder.error).toContain('a port from 0 to 65535');
  });
});
