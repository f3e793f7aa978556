import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { errorText, VERSION } from '../common/index.js';
import { PRODUCTS } from './account/index.js';
import { CliError, EXIT } from './cli.error.js';
import { type EdgeOptions, serveEdge } from './edge.command.js';
import { type FlagsOptions, printFlags } from './flags/flags.command.js';
import type { Terminal } from './terminal.js';
import { type CheckOptions, checkTypes } from './check/check.command.js';
import { watchTypes, writeTypes } from './types/index.js';

const EXITS = `
Exit codes: 0 all is well, 1 --check found differences, 2 called wrongly,
3 settings, VWO or something else that is needed cannot be used.`;

/** Runs the command. Settles with its exit code; never rejects. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = programFor(terminal, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    terminal.error(`nestjs-vwo: ${errorText(error)}`);
    return error instanceof CliError ? error.exitCode : EXIT.unavailable;
  }
}

function programFor(terminal: Terminal, ended: (exitCode: number) => void): Command {
  const program = new Command('nestjs-vwo')
    .description('Flags of a VWO account: types of them, a table, a VWO on this machine.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.error(text.trimEnd()),
    })
    .addHelpText('after', EXITS);
  withSettings(program.command('types'))
    .description('writes a declaration that types keys, variations and variables of the flags')
    .option('--out <file>', 'where it is written', 'src/vwo-flags.d.ts')
    .option('--client <name>', 'for the client of VwoModule.forRoot({ name })', nameOf)
    .addOption(new Option('--watch', 'write it again when the settings change').conflicts('check'))
    .option('--check', 'write nothing; exit with 1 where the file, or a key in the code, is not what the settings say')
    .option('--project <file>', 'for --check: whose files are read', 'tsconfig.json')
    .option('--json', 'for --check: the report as JSON')
    .hook('preAction', (types) => forCheckOnly(types, ['project', 'json']))
    .action(async (options: TypesCommandOptions) => ended(await typesCommand(options)(options, terminal)));
  withSettings(program.command('flags'))
    .description('prints the flags of the account: rules, variations, variables')
    .option('--json', 'as JSON')
    .action(async (options: FlagsOptions) => ended(await printFlags(options, terminal)));
  withSettings(program.command('edge'))
    .description('answers as VWO does, on this machine, from a file of settings that may change meanwhile')
    .option('--port <number>', 'where it listens (default: any free port)', portOf)
    .action(async (options: EdgeOptions) => ended(await serveEdge(options, terminal)));
  return program;
}

type TypesCommandOptions = CheckOptions & { readonly watch?: true; readonly check?: true };

function typesCommand({ watch, check }: TypesCommandOptions): typeof checkTypes {
  if (check) return checkTypes;
  return watch ? watchTypes : writeTypes;
}

/** Throws where an option was given that only `--check` reads. */
function forCheckOnly(types: Command, names: readonly string[]): void {
  if (types.getOptionValue('check')) return;
  const given = names.find((name) => types.getOptionValueSource(name) === 'cli');
  if (given !== undefined) throw new CliError(`--${given} is for --check`, EXIT.usage);
}

/** Where the settings come from. */
function withSettings(command: Command): Command {
  return command
    .option('--settings <file>', 'a JSON file of settings; without it VWO is asked, by VWO_ACCOUNT_ID, VWO_SDK_KEY, …')
    .option('--env-file <file>', 'a file of such variables, e.g. .env')
    .addOption(new Option('--product <name>', "VWO's product, where the settings do not show it").choices(PRODUCTS));
}

function nameOf(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It must be the name of a client.');
}

function portOf(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a port from 0 to 65535.');
}
