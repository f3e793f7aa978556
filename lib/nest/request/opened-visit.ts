import type { Visit, VwoClient } from '../../client/index.js';

/** The visit that one client has opened for a request, from the moment somebody asks for it. */
export class OpenedVisit {
  /** Undefined until it is open. */
  visit: Visit | undefined;
  private waiting: Promise<unknown> | undefined;
  /** Keys that were declared after the first ones. */
  private laterKeys: Set<readonly string[]> | undefined;
  private ended = false;

  /** @param keys the flags that the handler declares which asked first */
  constructor(
    readonly client: VwoClient,
    readonly name: string | undefined,
    private readonly keys: readonly string[],
    open: () => Promise<Visit>,
  ) {
    this.waiting = open().then((visit) => {
      this.visit = visit;
      this.waiting = undefined;
    });
  }

  /**
   * Settles when the visit is open and these flags can be read; undefined when that is so already.
   * @param keys what one handler declares: always the same list
   */
  ready(keys: readonly string[]): Promise<unknown> | undefined {
    if (keys !== this.keys && keys.length > 0 && !this.laterKeys?.has(keys)) this.declare(keys);
    return this.waiting;
  }

  /** Ends the visit, once; what is read later is saved and sent all the same. */
  end(): void {
    if (this.ended || !this.visit) return;
    this.ended = true;
    void this.visit.end(); // never rejects
  }

  private declare(keys: readonly string[]): void {
    (this.laterKeys ??= new Set()).add(keys);
    const declared = Promise.resolve(this.waiting).then(() => this.visit?.declare?.(keys));
    const waiting = declared.then(() => {
      if (this.waiting === waiting) this.waiting = undefined;
    });
    this.waiting = waiting;
  }
}
