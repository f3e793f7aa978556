import {
  type AccountFlag,
  type AccountRule,
  readSettings,
  type SettingsOptions,
  settingsPlace,
} from '../account/index.js';
import { EXIT } from '../cli.error.js';
import type { Terminal } from '../terminal.js';
import { contentType } from '../types/index.js';
import { type Row, tableOf } from './table.js';

/** What `nestjs-vwo flags` takes. */
export interface FlagsOptions extends SettingsOptions {
  readonly json?: true;
}

const TITLES = ['KEY', 'KIND', 'STATE', 'RULES', 'VARIABLES'];

/** Prints the flags of an account. */
export async function printFlags({ json, ...options }: FlagsOptions, terminal: Terminal): Promise<number> {
  const { account } = await readSettings(await settingsPlace(options, terminal));
  const { flags } = account;
  if (json) terminal.out(JSON.stringify({ ...account, flags: flags.map(flagAsJson) }, null, 2));
  else
    terminal.out(flags.length === 0 ? `Account ${account.accountId} has no flags` : tableOf(TITLES, flags.map(rowOf)));
  return EXIT.ok;
}

function flagAsJson({ variables, ...flag }: AccountFlag): object {
  return { ...flag, variables: Object.fromEntries(variables.map(({ name, values }) => [name, contentType(values)])) };
}

function rowOf({ key, kind, isOn, rules, variables }: AccountFlag): Row {
  return [
    [shown(key)],
    [kind],
    [isOn ? 'on' : 'off'],
    orDash(rules.map(ruleText)),
    orDash(variables.map(({ name, values }) => shown(`${name}: ${contentType(values)}`))),
  ];
}

/** `testing 100 %: fast 50, slow 50`; a rule with one variation needs no name of it. */
function ruleText({ kind, percent, variations }: AccountRule): string {
  const names = variations.map(({ key, weight }) => `${key} ${weight}`).join(', ');
  return shown(`${kind} ${percent} %${variations.length > 1 ? `: ${names}` : ''}`);
}

function orDash(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['-'];
}

/** Names may hold anything: what moves a terminal's cursor is shown escaped. */
function shown(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (code) => JSON.stringify(code).slice(1, -1));
}
