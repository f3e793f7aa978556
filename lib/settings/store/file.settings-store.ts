import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, systemClock, text } from '../../common/index.js';
import type { VwoKeptSettings, VwoSettingsAddress, VwoSettingsStore } from './settings-store.js';

/** Settings hold the SDK key: only the user of the process may read them. */
const MODE = 0o600;

/**
 * Settings in files of a directory, one for each account, environment and product; the directory is made when it is first written.
 * Each has the time at which VWO gave them, in ms since the epoch, on a line of its own before them. A file is replaced in one step, so that nobody reads half of it. Processes of one machine may share the directory.
 */
export class FileSettingsStore implements VwoSettingsStore {
  /** The absolute path. */
  private readonly directory: string;

  /** @param directory a relative path starts at the working directory of the process */
  constructor(
    directory: string,
    private readonly clock: Pick<Clock, 'now'> = systemClock,
  ) {
    this.directory = resolve(text('settingsStore', directory));
  }

  async load(address: VwoSettingsAddress): Promise<VwoKeptSettings | undefined> {
    const path = this.pathOf(address);
    const text = await readFile(path, 'utf8').catch(unlessMissing);
    if (text === undefined) return undefined;
    const [, fetchedAt, settings] = /^(\d+)\n([^]*)$/.exec(text) ?? [];
    if (settings === undefined) throw new Error(`${path} holds no kept settings`);
    return { settings, age: this.clock.now() - Number(fetchedAt) };
  }

  async save(address: VwoSettingsAddress, { settings, age }: VwoKeptSettings): Promise<void> {
    const path = this.pathOf(address);
    const written = `${path}.${randomUUID()}`;
    await mkdir(this.directory, { recursive: true });
    await this.sweep(path);
    try {
      await writeFile(written, `${Math.round(this.clock.now() - age)}\n${settings}`, { mode: MODE });
      await rename(written, path);
    } catch (error) {
      await rm(written, { force: true });
      throw error;
    }
  }

  /** What a process that ended while it wrote has left behind goes: it holds the SDK key. */
  private async sweep(path: string): Promise<void> {
    const begun = (await readdir(this.directory))
      .map((name) => join(this.directory, name))
      .filter((file) => file.startsWith(`${path}.`) && file !== turnOf(path));
    for (const file of begun) if (await isLeft(file)) await rm(file, { force: true });
  }

  /** Of two processes that find the turn of a third one ended at the same moment, both may get it: both fetch then. */
  async claim(address: VwoSettingsAddress, ms: number): Promise<boolean> {
    const path = turnOf(this.pathOf(address));
    await mkdir(this.directory, { recursive: true });
    if (await this.isEnded(path)) await rm(path, { force: true });
    const turn = await open(path, 'wx', MODE).catch(unlessThere);
    if (!turn) return false;
    const now = this.clock.now();
    await turn.writeFile(JSON.stringify([now, now + ms].map(Math.round))).finally(() => turn.close());
    return true;
  }

  /**
   * A turn whose end was never written, because its process ended before, counts from its beginning. One that begins in the future has
   * ended: the clock was set back since.
   */
  private async isEnded(path: string): Promise<boolean> {
    const turn = await readFile(path, 'utf8').catch(unlessMissing);
    if (turn === undefined) return false;
    return turn === '' ? isLeft(path) : !isNow(turn, this.clock.now());
  }

  private pathOf({ accountId, environment, product }: VwoSettingsAddress): string {
    const digest = createHash('sha256')
      .update(JSON.stringify([accountId, environment, product]))
      .digest('hex');
    return join(this.directory, `${product}-${accountId}-${digest.slice(0, 16)}.json`);
  }
}

/** How long writing a file may take, in ms. */
const LONGEST_WRITE_MS = 5_000;

/** Whether a file that is not written to its end never will be: its process has ended. */
async function isLeft(path: string): Promise<boolean> {
  const begun = await stat(path).catch(unlessMissing);
  return begun !== undefined && Date.now() - begun.mtimeMs > LONGEST_WRITE_MS;
}

/** @param turn its begin and end, as JSON; anything else is no turn */
function isNow(turn: string, now: number): boolean {
  const [begin, end] = /^\[(\d+),(\d+)\]$/.exec(turn)?.slice(1).map(Number) ?? [];
  return begin !== undefined && end !== undefined && begin <= now && now < end;
}

function turnOf(path: string): string {
  return `${path}.turn`;
}

const unlessMissing = unless('ENOENT');
const unlessThere = unless('EEXIST');

function unless(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
    return undefined;
  };
}
