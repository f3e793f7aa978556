/**
 * Does `work`, and clears whatever timers it has started. Synchronous: nobody else's timers are started in between.
 * The SDK polls for ever from `init` on, keeps the process alive by that, and up to 1.41 cannot be told to stop.
 */
export function leavingNoTimers<T>(work: () => T): T {
  const { setTimeout, setInterval, clearTimeout } = globalThis;
  const started: NodeJS.Timeout[] = [];
  const noted =
    <A extends unknown[]>(start: (...args: A) => NodeJS.Timeout) =>
    (...args: A): NodeJS.Timeout => {
      const timer = start(...args);
      started.push(timer);
      return timer;
    };
  globalThis.setTimeout = Object.assign(noted(setTimeout), setTimeout);
  globalThis.setInterval = Object.assign(noted(setInterval), setInterval);
  try {
    return work();
  } finally {
    Object.assign(globalThis, { setTimeout, setInterval });
    for (const timer of started) clearTimeout(timer);
  }
}
