import type { VwoClientParts } from './vwo.options.js';

/** What another client is built from: the module's options, and on top of them its own. */
export function optionsOnTop<T extends object>({ storage, logger, options }: VwoClientParts, own: T) {
  return { ...givenOptions(options), ...givenOptions(own), storage, logger };
}

/** Without what is explicitly undefined: it would hide what the module says. */
function givenOptions<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
