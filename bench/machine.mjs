import { execFileSync, spawn } from 'node:child_process';
import { cpus } from 'node:os';

/** Core of whatever is measured; the load, the collector and Redis live on `HELPERS`. */
export const MEASURED = 0;
export const HELPERS = 1;

const taskset = cpus().length > 1 && available('taskset', ['--version']);

export function available(program, args) {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    return error.code !== 'ENOENT' && error.code !== 'EACCES'; // an exit code of its own means: it is there
  }
}

/** Starts a program on one core, where the machine lets us choose. */
export function spawnOn(core, program, args, options) {
  return taskset ? spawn('taskset', ['-c', String(core), program, ...args], options) : spawn(program, args, options);
}

/** Starts a Node module on one core, with an IPC channel. `node`: the binary. */
export function forkOn(core, module, args, { nodeArgs = [], env = {}, node = process.execPath } = {}) {
  return spawnOn(core, node, [...nodeArgs, module, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...env },
  });
}

/** The next message of a child, or a rejection when it ends without one. */
export function answer(child) {
  return new Promise((resolve, reject) => {
    const done = (settle) => (value) => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', onError);
      settle(value);
    };
    const onMessage = done(resolve);
    const onError = done(reject);
    const onExit = done((code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`)));
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
  });
}

export function ask(child, question) {
  const reply = answer(child);
  child.send(question);
  return reply.then((message) => {
    if (message.error) throw new Error(message.error);
    return message;
  });
}

export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  const late = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(late);
}

/** @param nodes the versions that run what is measured */
export function description(nodes = [process.versions.node]) {
  const [{ model }] = cpus();
  const pinning = taskset
    ? `pinned: measured process on core ${MEASURED}, everything else on core ${HELPERS}`
    : 'not pinned (no taskset, or one core)';
  return `${model.trim()}, ${cpus().length} cores, Node ${nodes.join(', ')}, ${process.platform}; ${pinning}`;
}
