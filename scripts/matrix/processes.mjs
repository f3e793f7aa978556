import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/** What npm and Jest have set for this process, and what would reach into the applications. */
const NOT_FOR_APPLICATIONS =
  /^(NODE_OPTIONS|NODE_ENV|INIT_CWD|JEST_WORKER_ID|npm_(package|lifecycle|command|config_local_prefix|execpath).*)$/;

const LONGEST_MS = 600_000;

/** The environment of a command that this Node runs, and whatever it starts. */
export function environment(node, others = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !NOT_FOR_APPLICATIONS.test(name));
  const path = [dirname(node), process.env.PATH].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, CI: '1', NO_COLOR: '1', ...others };
}

const running = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => endAll(signal));

/** Whoever ends the matrix ends what it has started. */
function endAll(signal) {
  for (const each of running) each.kill('SIGKILL');
  process.kill(process.pid, signal);
}

/** Resolves with all that the command prints. Rejects with the same when it fails, or does not end in ten minutes. */
export async function output(command, args, options) {
  const started = new RunningProcess(command, args, options);
  const timer = setTimeout(() => started.kill('SIGKILL'), LONGEST_MS);
  const { code, signal } = await started.ended;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')}: ${code ?? signal}\n${started.printed}`);
  return started.printed;
}

/** A process with all that it has printed so far. */
export class RunningProcess {
  printed = '';
  #child;
  #waiting = new Set();

  constructor(command, args, { cwd, env }) {
    this.#child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', (text) => this.#took(text));
    running.add(this);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#took(String(error)));
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    }).finally(() => running.delete(this));
  }

  /** What the pattern has found in the print. Rejects when the process ends, or does not print it within the time, in ms. */
  async prints(pattern, ms = 120_000) {
    let waiting;
    let timer;
    const found = new Promise((resolve, reject) => {
      waiting = () => pattern.test(this.printed) && resolve(pattern.exec(this.printed));
      timer = setTimeout(() => reject(new Error(`has not printed ${pattern} in ${ms} ms\n${this.printed}`)), ms);
      this.#waiting.add(waiting);
      this.ended.then(({ code, signal }) => reject(new Error(`has ended: ${code ?? signal}\n${this.printed}`)));
      waiting();
    });
    try {
      return await found;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    }
  }

  /** To the process alone. */
  signal(signal) {
    this.#child.kill(signal);
  }

  /** To the process and all that it has started. */
  kill(signal) {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    process.kill(-this.#child.pid, signal);
  }

  #took(text) {
    this.printed += text;
    for (const waiting of this.#waiting) waiting();
  }
}
