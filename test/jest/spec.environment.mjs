import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Storages that the running spec has used. Before Node 24 each of them costs every later promise of the process a step, until it
 * is disabled: without that, the hundredth spec of a worker pays for the storages of 99 that are over.
 */
const used = new Set();

for (const verb of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[verb];
  AsyncLocalStorage.prototype[verb] = function (...args) {
    used.add(this);
    return original.apply(this, args);
  };
}

/** Node's environment of Jest, which gives up what a spec left behind in the process. */
export default class SpecEnvironment extends TestEnvironment {
  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
}
