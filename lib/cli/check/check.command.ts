import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readSettings, settingsPlace } from '../account/index.js';
import { EXIT } from '../cli.error.js';
import type { Terminal } from '../terminal.js';
import { declarationOf, type TypesOptions } from '../types/index.js';
import { declaredFlags } from './declared-flags.js';
import { differ, differencesOf, reportOf } from './differences.js';
import { flagUses } from './flag-uses.js';
import { mistypedParameters } from './parameter-types.js';
import { projectCode } from './project-code.js';
import { projectProgram } from './project-program.js';
import { projectTypeScript } from './project-typescript.js';

/** What `nestjs-vwo types --check` takes. */
export interface CheckOptions extends TypesOptions {
  /** The path of the `tsconfig.json` whose files are read. */
  readonly project: string;
  readonly json?: true;
}

/** Compares the settings with the declaration and with the code. Writes nothing but its report. */
export async function checkTypes(options: CheckOptions, terminal: Terminal): Promise<number> {
  const { out, client, project, json } = options;
  const { cwd } = terminal;
  const ts = projectTypeScript(cwd);
  const { account } = await readSettings(await settingsPlace(options, terminal));
  const file = resolve(cwd, out);
  const written = await readFile(file, 'utf8').catch(() => ''); // a file that is not there has no flags
  const declaration = { file, text: declarationOf(account, client) };
  const wanted = declaredFlags(ts, declaration.text, client);
  const program = projectProgram(ts, project, cwd, declaration);
  const code = projectCode(ts, program, cwd, client);
  const found = differencesOf(out, {
    wanted,
    written: declaredFlags(ts, written, client),
    uses: flagUses(code, new Set(wanted.keys())),
    mistyped: mistypedParameters(code, program.getSourceFile(file)),
  });
  const report = json ? JSON.stringify(found, null, 2) : reportOf(found, againText(options));
  if (report) terminal.out(report);
  if (differ(found)) return EXIT.differs;
  if (!json) terminal.out(`${out} is as the settings say`);
  return EXIT.ok;
}

function againText({ client, out }: CheckOptions): string {
  const named = client === undefined ? '' : ` --client ${client}`;
  return `npx nestjs-vwo types --out ${out}${named}`;
}
