import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FileSettingsSource, GivenSettingsSource, parsedJson, settingsSourceOf } from '../../lib/settings/index.js';
import { ScriptedSource } from './kept.fixture.js';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

describe('where settings come from', () => {
  it('is VWO, unless an object or a path was given', () => {
    const vwo = new ScriptedSource(() => 503);
    expect(settingsSourceOf(undefined, vwo)).toBe(vwo);
    expect(settingsSourceOf({}, vwo)).toBeInstanceOf(GivenSettingsSource);
    expect(settingsSourceOf('settings.json', vwo)).toBeInstanceOf(FileSettingsSource);
  });
});

describe('GivenSettingsSource', () => {
  it('gives a copy, so that its owner changes nothing by accident', async () => {
    const given = { accountId: 1, features: [{ key: 'a' }] };
    const taken = parsedJson(await new GivenSettingsSource(given).fetch());
    given.features.push({ key: 'b' });
    expect(taken).toEqual({ accountId: 1, features: [{ key: 'a' }] });
  });

  it('refuses what is not JSON', async () => {
    const given: Record<string, unknown> & { accountId: number } = { accountId: 1 };
    given.self = given;
    await expect(new GivenSettingsSource(given).fetch()).rejects.toThrow('The given settings are not JSON');
  });
});

describe('FileSettingsSource', () => {
  it('reads the file each time', async () => {
    const path = await file('{"accountId":1}');
    const source = new FileSettingsSource(path);
    await expect(source.fetch()).resolves.toEqual(Buffer.from('{"accountId":1}'));
    await writeFile(path, '{"accountId":2}');
    await expect(source.fetch()).resolves.toEqual(Buffer.from('{"accountId":2}'));
  });

  it('names the file that cannot be read by its absolute path', async () => {
    const path = await file('{"sdkKey": "secret",');
    const source = new FileSettingsSource(relative(process.cwd(), path));
    expect(source.name).toBe(path);
    await expect(new FileSettingsSource(`${path}.gone`).fetch()).rejects.toThrow(
      `The settings file ${path}.gone cannot be read: ENOENT`,
    );
  });
});

async function file(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vwo-settings-'));
  folders.push(folder);
  const path = join(folder, 'settings.json');
  await writeFile(path, text);
  return path;
}
