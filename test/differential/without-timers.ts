/** The SDK starts a poll timer that would keep the process alive for ever, asks for settings by it, and has no `close`. */
export async function withoutTimers<T>(work: () => Promise<T>): Promise<T> {
  const { setTimeout: original } = globalThis;
  const started: NodeJS.Timeout[] = [];
  const noted = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout => {
    const timer = original(...args);
    started.push(timer);
    return timer;
  };
  globalThis.setTimeout = Object.assign(noted, original);
  try {
    return await work();
  } finally {
    globalThis.setTimeout = original;
    for (const timer of started) clearTimeout(timer);
  }
}
