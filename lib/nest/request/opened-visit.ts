import type { Visit, VwoClient } from '../../client/index.js';
import { isPromise } from '../../common/index.js';

/** The visit that one client has opened for a request, from the moment somebody asks for it. */
export class OpenedVisit {
  /** Undefined until it is open. */
  visit: Visit | undefined = undefined;
  private waiting: Promise<unknown> | undefined = undefined;
  /** Keys that were declared after the first ones. */
  private laterKeys: Set<readonly string[]> | undefined = undefined;
  private ended = false;

  /** @param keys the flags that the handler declares which asked first */
  constructor(
    readonly client: VwoClient,
    readonly name: string | undefined,
    private readonly keys: readonly string[],
    opening: Visit | Promise<Visit>,
  ) {
    if (isPromise(opening)) {
      this.waiting = opening.then((visit) => {
        this.visit = visit;
        this.waiting = undefined;
      });
    } else {
      this.visit = opening;
    }
  }

  /**
   * Settles when the visit is open and these flags can be read; undefined when that is so already.
   * @param keys what one handler declares: always the same list
   */
  ready(keys: readonly string[]): Promise<unknown> | undefined {
    if (keys !== this.keys && keys.length > 0 && !this.laterKeys?.has(keys)) this.declare(keys);
    return this.waiting;
  }

  /** What an answer waits for; undefined: nothing. */
  savedFirst(): Promise<void> | undefined {
    return this.visit?.savedFirst?.();
  }

  /** Ends the visit, once; what is read later is saved and sent all the same. */
  end(): void {
    if (this.ended || !this.visit) return;
    this.ended = true;
    void this.visit.end(); // never rejects
  }

  private declare(keys: readonly string[]): void {
    const laterKeys = (this.laterKeys ??= new Set());
    laterKeys.add(keys);
    const over = (): void => {
      if (this.waiting === waiting) this.waiting = undefined;
    };
    const before = Promise.resolve(this.waiting).catch((error: unknown) => {
      if (!this.visit) throw error; // a declaration that fails is an error of its own handler
    });
    const waiting = before
      .then(() => this.visit?.declare?.(keys))
      .then(over, (error: unknown) => {
        laterKeys.delete(keys); // a client of the application's own may fail: the next that declares them asks anew
        over();
        throw error;
      });
    this.waiting = waiting;
  }
}
