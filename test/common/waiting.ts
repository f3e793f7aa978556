import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';

/** How long something may take on a busy machine before a test says that it never comes, in ms. */
export const TIMEOUT_MS = 45_000;

/** Resolves as soon as the condition holds in this process. Rejects, saying what was waited for, when it never does. */
export async function until(holds: () => boolean, what = String(holds)): Promise<void> {
  const end = performance.now() + TIMEOUT_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}`);
    await turn();
  }
}

/** The same where somebody else is asked, a server or a database: again and again, 10 ms after the last answer. */
export async function eventually(isSo: () => boolean | Promise<boolean>, what = String(isSo)): Promise<void> {
  const end = performance.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}`);
    await pause(10);
  }
}

/** What is left to do once everything outside has answered: lets all go on that waits for nothing but its turn. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 50; i++) await turn();
}
