import { MovedClock } from './moved-clock.js';

/** The longest that Node can count, in ms. */
const LONG = 2 ** 31 - 1;

/** In ms. So little that a wait takes several turns of the event loop: a process that nothing holds ends before. */
const STEP = 10;

/** How much time may pass, in ms: whoever waits for longer waits for ever. */
const MOST = 10_000;

/**
 * A clock for a process of its own, whose timers keep that process alive, or do not, as the machine's would. Time passes only while
 * `passes` says so, and then as fast as it can; a process that waits for more than ten seconds ends with the exit code 99.
 */
export class HeldClock extends MovedClock {
  passes: () => boolean = () => false;

  constructor() {
    super();
    const begin = this.monotonic();
    setInterval(() => {
      if (this.passes()) this.move(STEP);
      if (this.monotonic() - begin > MOST) process.exit(99);
    }, 1).unref();
  }

  override after(ms: number, work: () => void, holds = false): () => void {
    const handle = setTimeout(() => undefined, LONG);
    if (!holds) handle.unref();
    const cancel = super.after(ms, () => {
      clearTimeout(handle);
      work();
    });
    return () => {
      clearTimeout(handle);
      cancel();
    };
  }
}
