/** How the command ends. */
export const EXIT = {
  /** All is well. */
  ok: 0,
  /** `--check` found differences. */
  differs: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** Something is not there or cannot be used: settings, VWO, TypeScript, a port. */
  unavailable: 3,
} as const;

/** What the command says instead of its answer: a sentence for whoever called it, and how it ends. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.unavailable,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
