/** An error in one line. Reads what it finds: an error of another realm (a worker, a test runner) is no `Error` of ours. */
export function errorText(error: unknown): string {
  const { message, code } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Partial<NodeJS.ErrnoException>;
  return message || code || String(error);
}
