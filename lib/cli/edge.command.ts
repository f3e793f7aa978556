import { errorText } from '../common/index.js';
import { VwoEdge } from '../edge/index.js';
import {
  readSettings,
  type ReadSettings,
  type SettingsOptions,
  type SettingsPlace,
  settingsPlace,
} from './account/index.js';
import { CliError, EXIT } from './cli.error.js';
import { SettingsChanges } from './settings-changes.js';
import type { Terminal } from './terminal.js';

/** What `nestjs-vwo edge` takes. */
export interface EdgeOptions extends SettingsOptions {
  /** @default any free port */
  readonly port?: number;
}

/** Of what was received: nobody here asks for it. */
const KEEP = { events: 0, requests: 0 };

/** Answers as VWO does, from a file, until the process is asked to end. A file that has become wrong is told, and the last good stays. */
export async function serveEdge({ port, ...options }: EdgeOptions, terminal: Terminal): Promise<number> {
  const place = await settingsPlace(options, terminal);
  if (place.file === undefined) throw new CliError('edge answers from a file: --settings <file>', EXIT.usage);
  const changes = await SettingsChanges.from(place);
  const first = await readSettings(place);
  const stopped = terminal.stopped();
  const edge = await started(port, first);
  terminal.out(startText(edge, place, first));
  await changes.follow(() => reload(edge, place, terminal), stopped);
  await edge.close();
  return EXIT.ok;
}

async function started(port: number | undefined, { raw, account }: ReadSettings): Promise<VwoEdge> {
  try {
    return await VwoEdge.start({ port, keep: KEEP, [account.product === 'fme' ? 'settings' : 'settingsFile']: raw });
  } catch (error) {
    throw new CliError(`Port ${port} cannot be used: ${errorText(error)}`, EXIT.unavailable, { cause: error });
  }
}

async function reload(edge: VwoEdge, place: SettingsPlace, terminal: Terminal): Promise<void> {
  try {
    const { raw, account } = await readSettings(place);
    if (account.product === 'fme') edge.setSettings(raw);
    else edge.setSettingsFile(raw);
    terminal.out(`${place.source.name}: ${countText(account.flags.length)}`);
  } catch (error) {
    terminal.error(`${errorText(error)}. The settings from before stay.`);
  }
}

function startText({ url }: VwoEdge, { source }: SettingsPlace, { account }: ReadSettings): string {
  return [
    `VWO answers at ${url}, from ${source.name}: ${countText(account.flags.length)}.`,
    `For your application: VWO_BASE_URL=${url} VWO_ACCOUNT_ID=${account.accountId} VWO_SDK_KEY=any`,
  ].join('\n');
}

function countText(flags: number): string {
  return `${flags} ${flags === 1 ? 'flag' : 'flags'}`;
}
