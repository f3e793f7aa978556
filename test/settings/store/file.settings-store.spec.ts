import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FileSettingsStore } from '../../../lib/settings/index.js';
import { MovedClock } from '../../common/moved-clock.js';
import { ADDRESS } from './stored.fixture.js';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kept-'));
  folders.push(path);
  return path;
}

const settings = '{"accountId": 123456,\n "sdkKey": "a-secret-key"}';

describe('FileSettingsStore', () => {
  it('gives what it keeps, with its age, also to the next process', async () => {
    const clock = new MovedClock();
    const path = join(await folder(), 'made', 'when', 'needed');
    await expect(new FileSettingsStore(path, clock).load(ADDRESS)).resolves.toBeUndefined();
    await new FileSettingsStore(path, clock).save(ADDRESS, { settings, age: 500 });
    clock.move(1_000);
    await expect(new FileSettingsStore(path, clock).load(ADDRESS)).resolves.toEqual({ settings, age: 1_500 });
  });

  it('keeps accounts, environments and products apart, whatever they are called', async () => {
    const store = new FileSettingsStore(await folder());
    const others = [
      { ...ADDRESS, accountId: '7' },
      { ...ADDRESS, environment: '../../../etc/passwd' },
      { ...ADDRESS, environment: 'te\0st\ud800' },
      { ...ADDRESS, product: 'full-stack' },
    ] as const;
    for (const [i, address] of others.entries()) await store.save(address, { settings: `{"i":${i}}`, age: 0 });
    await expect(store.load(ADDRESS)).resolves.toBeUndefined();
    for (const [i, address] of others.entries()) {
      await expect(store.load(address)).resolves.toMatchObject({ settings: `{"i":${i}}` });
    }
  });

  it('can be read by the user of the process alone, and leaves nothing else behind', async () => {
    const path = await folder();
    const store = new FileSettingsStore(path);
    await store.save(ADDRESS, { settings, age: 0 });
    await store.save(ADDRESS, { settings, age: 0 });
    const [file, ...more] = await readdir(path);
    expect(more).toEqual([]);
    expect((await stat(join(path, String(file)))).mode & 0o777).toBe(0o600);
  });

  it('removes what a process that ended while it wrote has left behind, and nothing that is being written', async () => {
    const path = await folder();
    const store = new FileSettingsStore(path);
    await store.claim(ADDRESS, 60_000);
    await store.save(ADDRESS, { settings, age: 0 });
    const [file] = (await readdir(path)).filter((name) => name.endsWith('.json'));
    const [left, fresh] = [join(path, `${file}.left`), join(path, `${file}.fresh`)];
    for (const half of [left, fresh]) await writeFile(half, '{"sdkKey":');
    const long = new Date(Date.now() - 60_000);
    await utimes(left, long, long);
    await utimes(join(path, `${file}.turn`), long, long);
    await store.save(ADDRESS, { settings, age: 0 });
    expect((await readdir(path)).sort()).toEqual([file, `${file}.fresh`, `${file}.turn`]);
  });

  it('is never read half written: a hundred savers and readers at once', async () => {
    const store = new FileSettingsStore(await folder());
    await store.save(ADDRESS, { settings, age: 0 });
    const long = `{"text":"${'x'.repeat(200_000)}"}`;
    const work = Array.from({ length: 50 }, () => [
      store.save(ADDRESS, { settings: long, age: 0 }),
      store.load(ADDRESS),
    ]);
    const answers = await Promise.all(work.flat());
    const whole: unknown[] = [settings, long];
    expect(answers.filter((answer) => answer && !whole.includes(answer.settings))).toEqual([]);
  });

  it.each(['', '{"settings":', '[]', '7', '{}\n{}', '{"fetchedAt":1,"settings":{}}'])(
    'says that %j is nothing that it has kept, and never what is in it',
    async (text) => {
      const path = await folder();
      const store = new FileSettingsStore(path);
      await store.save(ADDRESS, { settings, age: 0 });
      const [file] = await readdir(path);
      await writeFile(join(path, String(file)), text);
      await expect(store.load(ADDRESS)).rejects.toThrow(/\.json holds no kept settings$/);
    },
  );

  it('rejects where the directory cannot be made', async () => {
    const path = join(await folder(), 'file');
    await writeFile(path, '');
    const store = new FileSettingsStore(join(path, 'below'));
    await expect(store.save(ADDRESS, { settings, age: 0 })).rejects.toThrow('ENOTDIR');
    await expect(store.claim(ADDRESS, 1_000)).rejects.toThrow('ENOTDIR');
  });

  it('gives the turn to one, until it has ended', async () => {
    const clock = new MovedClock();
    const path = await folder();
    const stores = Array.from({ length: 20 }, () => new FileSettingsStore(path, clock));
    const claims = await Promise.all(stores.map((store) => store.claim(ADDRESS, 1_000)));
    expect(claims.filter(Boolean)).toEqual([true]);
    clock.move(999);
    await expect(stores[3]?.claim(ADDRESS, 1_000)).resolves.toBe(false);
    clock.move(1);
    await expect(stores[3]?.claim(ADDRESS, 1_000)).resolves.toBe(true);
    await expect(stores[3]?.claim({ ...ADDRESS, accountId: '7' }, 1_000)).resolves.toBe(true);
  });

  it('ends a turn that was taken before the clock was set back, and says how old settings are that come from the future', async () => {
    const clock = new MovedClock();
    const now = clock.now();
    const path = await folder();
    const [one, other] = [new FileSettingsStore(path, clock), new FileSettingsStore(path, clock)];
    clock.setTo(now + 86_400_000);
    await one.claim(ADDRESS, 1_000.5);
    await one.save(ADDRESS, { settings, age: 0 });
    await expect(other.claim(ADDRESS, 1_000.5)).resolves.toBe(false);
    clock.setTo(now);
    await expect(other.claim(ADDRESS, 1_000.5)).resolves.toBe(true);
    await expect(one.claim(ADDRESS, 1_000.5)).resolves.toBe(false);
    await expect(other.load(ADDRESS)).resolves.toEqual({ settings, age: -86_400_000 });
  });

  it('ends a turn whose process ended before it could write how long it lasts', async () => {
    const path = await folder();
    const store = new FileSettingsStore(path);
    await store.claim(ADDRESS, 60_000);
    const turn = join(path, String((await readdir(path))[0]));
    await writeFile(turn, '');
    await expect(store.claim(ADDRESS, 60_000)).resolves.toBe(false);
    const long = new Date(Date.now() - 60_000);
    await utimes(turn, long, long);
    await expect(store.claim(ADDRESS, 60_000)).resolves.toBe(true);
  });

  it('refuses a directory that is none', () => {
    expect(() => new FileSettingsStore('')).toThrow('`settingsStore` must be a string that is not empty');
  });
});
