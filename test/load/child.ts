import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A program of this folder in a process of its own, which speaks to this one in messages. */
export class Child<Says> {
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  private readonly process: ChildProcess;
  private readonly listeners = new Set<(said: Says) => void>();

  /** @param options its first argument, as JSON */
  constructor(program: string, options: unknown, execArgv: readonly string[] = []) {
    this.process = fork(fileURLToPath(new URL(program, import.meta.url)), [JSON.stringify(options)], {
      execArgv: [...process.execArgv, ...execArgv],
    });
    this.ended = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve({ code, signal })));
    this.process.on('message', (said) => {
      for (const listener of [...this.listeners]) listener(said as Says);
    });
  }

  hear(listener: (said: Says) => void): void {
    this.listeners.add(listener);
  }

  /** The first that fits. Rejects when the process ends without it. */
  says<Kind extends Says>(fits: (said: Says) => said is Kind): Promise<Kind> {
    return new Promise((resolve, reject) => {
      const listener = (said: Says): void => {
        if (!fits(said)) return;
        this.listeners.delete(listener);
        this.process.off('disconnect', ended);
        resolve(said);
      };
      // Its last message may come after its exit, and never after the end of the connection.
      const ended = (): void => reject(new Error('ended without it'));
      this.hear(listener);
      this.process.once('disconnect', ended);
    });
  }

  /** A process that has ended, or is about to, hears nothing. */
  ask(asked: string): void {
    if (this.process.connected) this.process.send(asked, () => undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }
}
