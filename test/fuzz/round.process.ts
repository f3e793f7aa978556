import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RoundEnd, RoundOrder, RoundProgress } from './round.js';

const ROUND = fileURLToPath(new URL('./round.ts', import.meta.url));

/** How long a round may go on after its time, or between two of its messages, in ms. */
const TIMEOUT_MS = 90_000;

/** How much of what a process printed is kept, in characters. */
const KEPT = 4_000;

/** Runs one round in a process of its own. A process that hangs or ends before its round counts as a case that failed. */
export class RoundProcess {
  private readonly child: ChildProcess;
  private printed = '';
  private next: number;

  constructor(private readonly order: RoundOrder) {
    this.next = order.first;
    this.child = fork(ROUND, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text: Buffer) => (this.printed = (this.printed + text.toString()).slice(-KEPT)));
    }
  }

  async end(): Promise<RoundEnd> {
    const began = Date.now();
    return new Promise<RoundEnd>((resolve) => {
      const stop = (why: string): void => {
        clearTimeout(timer);
        this.stop();
        const message = `${why}, in this case or one soon after it\n${this.printed}`;
        const failed = { case: this.next, message };
        resolve({ kind: 'end', cases: this.next - this.order.first + 1, took: Date.now() - began, heap: 0, failed });
      };
      const hangs = (): void => stop(`nothing was heard of the process for ${TIMEOUT_MS / 1_000} s`);
      let timer = setTimeout(hangs, TIMEOUT_MS);
      this.child.on('message', (message: RoundProgress | RoundEnd) => {
        clearTimeout(timer);
        timer = setTimeout(hangs, TIMEOUT_MS);
        if (message.kind === 'progress') return void (this.next = message.next);
        clearTimeout(timer);
        this.child.removeAllListeners('exit');
        this.child.once('exit', () => resolve(message));
      });
      this.child.once('exit', (code, signal) =>
        stop(`the process ended before its round (${signal ?? `code ${code}`})`),
      );
      this.child.send(this.order);
    });
  }

  /** Ends the process at once. */
  stop(): void {
    this.child.removeAllListeners('exit');
    this.child.kill('SIGKILL');
  }
}
