import { resolve } from 'node:path';
import type { Program } from 'typescript';
import { CliError } from '../cli.error.js';
import type { TypeScript } from './project-typescript.js';

/** A declaration that stands in place of the one on the disk, and is there also where the project names none. */
export interface GivenDeclaration {
  /** The absolute path. */
  readonly file: string;
  readonly text: string;
}

/** The files of a `tsconfig.json`, parsed, with their types. Throws a `CliError` where it cannot be read. */
export function projectProgram(ts: TypeScript, project: string, cwd: string, given: GivenDeclaration): Program {
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
  const host = ts.createCompilerHost(parsed.options);
  const { getSourceFile, fileExists } = host;
  const isGiven = (name: string): boolean => resolve(name) === given.file;
  host.fileExists = (name) => isGiven(name) || fileExists.call(host, name);
  host.getSourceFile = (name, options, ...more) =>
    isGiven(name)
      ? ts.createSourceFile(name, given.text, options, true)
      : getSourceFile.call(host, name, options, ...more);
  const others = parsed.fileNames.filter((name) => !isGiven(name));
  return ts.createProgram([...others, given.file], parsed.options, host);
}
