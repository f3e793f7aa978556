/** The longest that Node can count, in ms. */
const LONG = 2 ** 31 - 1;

/**
 * Keeps the process alive until `work` settles. The library's timers never do that by themselves; whoever awaits a start,
 * a flush or a close must get an answer nevertheless, and not a process that has ended meanwhile.
 */
export async function keepAliveUntil<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, LONG);
  try {
    return await work;
  } finally {
    clearInterval(hold);
  }
}
