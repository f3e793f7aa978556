import { resolve } from 'node:path';
import type { Program } from 'typescript';
import { CliError } from '../cli.error.js';
import type { TypeScript } from './project-typescript.js';

/** The files of a `tsconfig.json`, parsed, with their types. Throws a `CliError` where it cannot be read. */
export function projectProgram(ts: TypeScript, project: string, cwd: string): Program {
  const file = resolve(cwd, project);
  const parsed = ts.getParsedCommandLineOfConfigFile(
    file,
    { noEmit: true },
    {
      ...ts.sys,
      getCurrentDirectory: () => cwd,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new CliError(`${file} cannot be read: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
      },
    },
  );
  if (!parsed || parsed.fileNames.length === 0) throw new CliError(`${file} names no files to read`);
  return ts.createProgram(parsed.fileNames, parsed.options);
}
