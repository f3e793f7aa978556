import { readFile } from 'node:fs/promises';
import { errorText } from '../common/index.js';
import { SDK_NAME, SDK_VERSION, type Transport, type VwoHosts } from '../transport/index.js';
import { VwoSettingsError } from '../common/index.js';

/** `webhook`: VWO has just said that the settings changed, and wants to be asked elsewhere. */
export type SettingsOccasion = 'poll' | 'webhook';

/** Where settings come from. */
export interface SettingsSource {
  /** For messages: `VWO (account 123456)`. */
  readonly name: string;
  /** False: they cannot change by themselves, and asking again heals nothing. */
  readonly changes: boolean;
  /** The settings, not checked yet. Rejects when they cannot be had; never takes longer than its own deadline. */
  fetch(occasion: SettingsOccasion): Promise<unknown>;
}

/** How long VWO may take to answer, in ms. */
const TIMEOUT = 10_000;

export interface VwoSourceOptions {
  transport: Transport;
  hosts: VwoHosts;
  accountId: string;
  sdkKey: string;
  /** In ms. @default 10,000 */
  timeout?: number;
}

/** Settings from VWO. */
export class VwoSettingsSource implements SettingsSource {
  readonly name: string;
  readonly changes = true;

  constructor(private readonly options: VwoSourceOptions) {
    this.name = `VWO (account ${options.accountId})`;
  }

  fetch(occasion: SettingsOccasion): Promise<unknown> {
    const { transport, hosts, accountId, sdkKey, timeout = TIMEOUT } = this.options;
    const url = hosts.settingsUrl(occasion === 'webhook' ? '/server-side/v2-pull' : '/server-side/v2-settings', {
      i: sdkKey,
      r: Math.random(), // past every cache on the way
      a: accountId,
      platform: 'server',
      sn: SDK_NAME,
      sv: SDK_VERSION,
      'api-version': 1,
      s: 'prod',
    });
    return transport.get(url, { timeout });
  }
}

/** Settings given as an object; a copy, so that what its owner does to it later counts at the next `refresh` only. */
export class GivenSettingsSource implements SettingsSource {
  readonly name = 'the given settings';
  readonly changes = false;

  constructor(private readonly settings: object) {}

  async fetch(): Promise<unknown> {
    try {
      return JSON.parse(JSON.stringify(this.settings));
    } catch (cause) {
      throw new VwoSettingsError(`the given settings are not JSON: ${errorText(cause)}`, { cause });
    }
  }
}

/** Settings in a JSON file, read again each time. */
export class FileSettingsSource implements SettingsSource {
  readonly name: string;
  readonly changes = true;

  constructor(private readonly path: string) {
    this.name = path;
  }

  async fetch(): Promise<unknown> {
    const text = await readFile(this.path, 'utf8').catch((cause: unknown) => {
      throw new VwoSettingsError(`${this.path} cannot be read: ${errorText(cause)}`, { cause });
    });
    try {
      return JSON.parse(text);
    } catch {
      throw new VwoSettingsError(`${this.path} is not JSON`);
    }
  }
}

/** Where the settings of a client come from: VWO, unless an object or the path of a file was given. */
export function settingsSourceOf(
  { settings, accountId, sdkKey }: { settings: object | string | undefined; accountId: string; sdkKey: string },
  transport: Transport,
  hosts: VwoHosts,
): SettingsSource {
  if (settings === undefined) return new VwoSettingsSource({ transport, hosts, accountId, sdkKey });
  return typeof settings === 'string' ? new FileSettingsSource(settings) : new GivenSettingsSource(settings);
}
