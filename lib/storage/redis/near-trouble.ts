/** So many attempts in a row must fail before it is said: a server that restarts needs some. A refusal is said at once. */
const SAID_AFTER = 5;

/** What is said of a near cache that does not stand. */
export class NearTrouble {
  private readonly listeners = new Set<(message: string) => void>();
  private failures = 0;
  private message: string | undefined;

  failed(why: string, isRefused: boolean): void {
    this.failures += 1;
    if (this.message !== undefined || (!isRefused && this.failures < SAID_AFTER)) return;
    this.message =
      `The near cache of Redis is off: ${why}. Each visit asks Redis itself meanwhile. It needs the commands CLIENT ID, CLIENT TRACKING, INFO, ` +
      'PING and SUBSCRIBE, and the channel __redis__:invalidate.';
    for (const listener of [...this.listeners]) listener(this.message);
  }

  over(): void {
    this.failures = 0;
    this.message = undefined;
  }

  on(listener: (message: string) => void): () => void {
    const own = (message: string): void => listener(message);
    this.listeners.add(own);
    if (this.message !== undefined) own(this.message);
    return () => void this.listeners.delete(own);
  }
}
