import { VERSION } from './version.js';

/** Of one version only: the classes of another one may have other members. */
const KEY = Symbol.for(`nestjs-vwo/${VERSION}`);

const everywhere = globalThis as { [KEY]?: Map<string, unknown> };
const known = (everywhere[KEY] ??= new Map<string, unknown>());

/**
 * What every copy of this package in the process has in common, by name. There are two copies where an application loads the ES
 * modules and a library of its loads the CommonJS ones: the copy that comes first makes it, and the other one takes it.
 */
export function oneInProcess<T>(name: string, make: () => T): T {
  if (!known.has(name)) known.set(name, make());
  return known.get(name) as T;
}

/**
 * For a class that is an injection token, is caught, or is asked for with `instanceof`: the first copy's class stands for all.
 * Applied last, so above the other decorators. The name is written out, because a bundler may change that of the class.
 */
export function OneInProcess(name: string): <T extends abstract new (...args: never[]) => object>(own: T) => T {
  return (own) => oneInProcess(name, () => own);
}
