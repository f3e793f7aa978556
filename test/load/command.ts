/** The number of an option. Throws when it is not above 0. */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(`${option} must be a number above 0, got ${text}`);
}

/** The same of what is counted. */
export function whole(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isInteger(value)) return value;
  throw new Error(`${option} must be a whole number above 0, got ${text}`);
}

/** What goes wrong is told with `usage`, and ends in the exit code 2. */
export function command(main: () => Promise<void>, usage: string): void {
  main().catch((error: unknown) => {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
  });
}
