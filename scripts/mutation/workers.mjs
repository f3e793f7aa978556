import { fork } from 'node:child_process';

const WORKER = new URL('./worker.mjs', import.meta.url);

/** How many mutants one process tries: what broken code leaves open goes with it. */
const PER_PROCESS = 200;

/** Processes that try mutants, one at a time. */
export class Workers {
  #room;
  #child;
  #tried = 0;

  constructor(room) {
    this.#room = room;
  }

  /** What a fresh process answers once it has loaded everything: `mutants`, or that loading is `broken`. */
  async start(mutant = 0) {
    this.stop();
    this.#tried = 0;
    const env = { ...process.env, MUTANT: String(mutant) };
    const execArgv = ['--max-old-space-size=1024', '--no-warnings'];
    const stdio = ['ignore', 'ignore', process.env.MUTATION_DEBUG ? 'inherit' : 'ignore', 'ipc'];
    this.#child = fork(WORKER, [JSON.stringify(this.#room)], { env, execArgv, stdio });
    return this.#answer(mutant === 0 ? 600_000 : 120_000); // a mutant may load for ever; on a busy machine the code itself takes long
  }

  /** Undefined: no answer within the time (in ms), or the process ended; the next question gets a fresh one. */
  async ask(question, ms) {
    if (!this.#child || this.#tried++ >= PER_PROCESS) {
      const start = await this.start();
      if (!start || start.broken) throw new Error(`The specs do not load any more\n${start?.broken ?? ''}`);
    }
    this.#child.send(question);
    return this.#answer(ms);
  }

  stop() {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  /** `ms`: how long nothing may be heard of the process; `{ busy }` says that it goes on. */
  #answer(ms) {
    const child = this.#child;
    return new Promise((resolve) => {
      const end = (answer) => {
        clearTimeout(timer);
        child.off('exit', fail);
        child.off('message', hear);
        resolve(answer);
      };
      const fail = () => {
        this.stop();
        end(undefined);
      };
      const hear = (message) => {
        if (message.busy) timer.refresh();
        else end(message);
      };
      const timer = setTimeout(fail, ms);
      child.once('exit', fail);
      child.on('message', hear);
    });
  }
}
