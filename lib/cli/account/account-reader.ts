import { errorText } from '../../common/index.js';
import { isObject } from '../../model/index.js';
import { parsedJson } from '../../settings/index.js';
import { CliError } from '../cli.error.js';
import type { Account, Product } from './account.js';
import { fmeAccount } from './fme.account.js';
import { fullStackAccount } from './full-stack.account.js';
import { loadFullStack } from './full-stack.room.js';
import type { SettingsPlace } from './settings-place.js';

/** Settings as they came, and what they say. */
export interface ReadSettings {
  readonly raw: unknown;
  readonly account: Account;
}

/** Rejects with a `CliError` where the settings cannot be had, or are none of VWO's. */
export async function readSettings({ source, product }: SettingsPlace): Promise<ReadSettings> {
  try {
    const raw = parsedJson(await source.fetch());
    return { raw, account: await accountOf(raw, product ?? productOf(raw)) };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`No settings from ${source.name}: ${errorText(error)}`, undefined, { cause: error });
  }
}

async function accountOf(raw: unknown, product: Product): Promise<Account> {
  if (product === 'fme') return fmeAccount(raw);
  const { parseFullStackSettings } = await loadFullStack();
  return fullStackAccount(parseFullStackSettings(raw));
}

/** Only settings of FME have features. */
function productOf(raw: unknown): Product {
  return isObject(raw) && !('features' in raw) && 'campaigns' in raw ? 'full-stack' : 'fme';
}
