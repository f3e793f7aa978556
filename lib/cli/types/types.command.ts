import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorText } from '../../common/index.js';
import { readSettings, type SettingsOptions, type SettingsPlace, settingsPlace } from '../account/index.js';
import { CliError, EXIT } from '../cli.error.js';
import { SettingsChanges } from '../settings-changes.js';
import type { Terminal } from '../terminal.js';
import { declarationOf } from './declaration.js';

/** What `nestjs-vwo types` takes. */
export interface TypesOptions extends SettingsOptions {
  /** The path of the declaration. */
  readonly out: string;
  /** The name of the client whose flags these are. */
  readonly client?: string;
}

/** Writes the declaration. */
export async function writeTypes(options: TypesOptions, terminal: Terminal): Promise<number> {
  await writeFrom(await settingsPlace(options, terminal), options, terminal);
  return EXIT.ok;
}

/** Writes it at each change of the settings, until the process is asked to end. What goes wrong is said, and the file stays. */
export async function watchTypes(options: TypesOptions, terminal: Terminal): Promise<number> {
  const place = await settingsPlace(options, terminal);
  const write = (): Promise<void> =>
    writeFrom(place, options, terminal).catch((error: unknown) => terminal.error(errorText(error)));
  const stopped = terminal.stopped();
  const changes = await SettingsChanges.from(place);
  await write();
  await changes.follow(write, stopped);
  return EXIT.ok;
}

async function writeFrom(place: SettingsPlace, { out, client }: TypesOptions, terminal: Terminal): Promise<void> {
  const { account } = await readSettings(place);
  const text = declarationOf(account, client);
  const file = resolve(terminal.cwd, out);
  const isNew = text !== (await readFile(file, 'utf8').catch(() => undefined));
  if (isNew) await write(file, text);
  const { length } = account.flags;
  terminal.out(`${out}: ${length} ${length === 1 ? 'flag' : 'flags'}, ${isNew ? 'written' : 'as it was'}`);
}

/** Only where the text is another one, so that what watches the file does not run for nothing. */
async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${errorText(error)}`, EXIT.unavailable, { cause: error });
  }
}
