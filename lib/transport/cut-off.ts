/** The end of a call before its own. What an `AbortController` does, in a tenth of the time: there is one per call. */
export class CutOff {
  private why: Error | undefined;
  private readonly listeners: ((why: Error) => void)[] = [];

  /** Why the call was ended; undefined while it was not. */
  get reason(): Error | undefined {
    return this.why;
  }

  /** Only the first one counts. */
  cut(why: Error): void {
    if (this.why) return;
    this.why = why;
    for (const listener of this.listeners) listener(why);
  }

  onCut(listener: (why: Error) => void): void {
    this.listeners.push(listener);
  }
}
