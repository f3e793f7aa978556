/**
 * Runs work one at a time, shared by those who ask. Calls of one moment share a run. A call during a run waits for the
 * next one, so it never gets older data; and no slow answer can replace a newer one.
 */
export class SharedRuns<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  constructor(private readonly work: () => Promise<T>) {}

  run(): Promise<T> {
    return (this.next ??= this.running.then(() => this.begin()));
  }

  private begin(): Promise<T> {
    this.next = undefined;
    const answer = this.work();
    this.running = answer.catch(() => undefined); // those who asked get the error; the next run does not depend on it
    return answer;
  }
}
