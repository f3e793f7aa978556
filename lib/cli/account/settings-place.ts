import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { errorText, VwoOptionsError } from '../../common/index.js';
import {
  type FmeClientOptions,
  FmeSettingsSource,
  optionsFrom,
  resolveFmeOptions,
  VARIABLE_OF,
} from '../../fme/index.js';
import { FileSettingsSource, type SettingsSource } from '../../settings/index.js';
import { Transport, VwoHosts } from '../../transport/index.js';
import { CliError, EXIT } from '../cli.error.js';
import type { Terminal } from '../terminal.js';
import type { Product } from './account.js';
import { loadFullStack } from './full-stack.room.js';

/** Where a command gets its settings from: its options, as they were given. */
export interface SettingsOptions {
  /** The path of a JSON file; without it the environment says where they are. */
  readonly settings?: string;
  /** A file of environment variables. */
  readonly envFile?: string;
  readonly product?: Product;
}

/** Where settings are: a file, which may change at any time, or VWO. */
export interface SettingsPlace {
  readonly source: SettingsSource;
  /** The absolute path; undefined for VWO. */
  readonly file: string | undefined;
  /** Undefined: the settings show it. */
  readonly product: Product | undefined;
}

/** Rejects with a `CliError` where neither the options nor the environment say which settings. */
export async function settingsPlace(options: SettingsOptions, terminal: Terminal): Promise<SettingsPlace> {
  const { settings, product } = options;
  if (settings !== undefined) return inFile(resolve(terminal.cwd, settings), product);
  const env = { ...(await variablesIn(options.envFile, terminal)), ...terminal.env };
  try {
    return await fromEnvironment(optionsFrom(env) as FmeClientOptions, product, terminal.cwd);
  } catch (error) {
    if (!(error instanceof VwoOptionsError)) throw error;
    throw new CliError(`${namingVariable(error.message)}; or give --settings <file>`, EXIT.usage, { cause: error });
  }
}

function inFile(file: string, product: Product | undefined): SettingsPlace {
  return { source: new FileSettingsSource(file), file, product };
}

async function fromEnvironment(
  options: FmeClientOptions,
  product: Product | undefined,
  cwd: string,
): Promise<SettingsPlace> {
  if (typeof options.settings === 'string') return inFile(resolve(cwd, options.settings), product);
  const { accountId, sdkKey, baseUrl } = resolveFmeOptions(options).client;
  const account = { transport: new Transport(), hosts: new VwoHosts({ baseUrl }), accountId, sdkKey };
  if (product !== 'full-stack') return { source: new FmeSettingsSource(account), file: undefined, product: 'fme' };
  const { FullStackSettingsSource } = await loadFullStack();
  return { source: new FullStackSettingsSource(account), file: undefined, product };
}

async function variablesIn(file: string | undefined, { cwd }: Terminal): Promise<NodeJS.Dict<string>> {
  if (file === undefined) return {};
  try {
    return parseEnv(await readFile(resolve(cwd, file), 'utf8'));
  } catch (error) {
    throw new CliError(`The file of --env-file cannot be read: ${errorText(error)}`, EXIT.unavailable, {
      cause: error,
    });
  }
}

/** The variable instead of the option that was read from it. */
function namingVariable(message: string): string {
  return message.replace(/^`([\w.]+)`/, (quoted, option: string) => VARIABLE_OF.get(option) ?? quoted);
}
