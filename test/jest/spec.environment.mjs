import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Storages that the running spec has used. Before Node 24 each of them costs every later promise of the process a step, until it
 * is disabled: without that, the hundredth spec of a worker pays for the storages of 99 that are over.
 */
const used = new Set();

/** Loaded when the first spec asks for it, and with `require`, as those do that ask. */
const require = createRequire(import.meta.url);
const sharedTypeScript = () => require('./shared-typescript.cjs');

for (const verb of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[verb];
  AsyncLocalStorage.prototype[verb] = function (...args) {
    used.add(this);
    return original.apply(this, args);
  };
}

/** Node's environment of Jest, which gives up what a spec left behind in the process, and has TypeScript for all of them. */
export default class SpecEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global[Symbol.for('nestjs-vwo:typescript')] = sharedTypeScript;
  }

  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
}
