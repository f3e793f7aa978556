import { definedValues } from '../model/index.js';
import type { VwoClientParts } from './vwo.options.js';

/**
 * What another client is built from: the module's options, and on top of them its own.
 * @param names of its own options
 */
export function optionsOnTop<T extends object>(
  { storage, logger, options }: VwoClientParts,
  own: T,
  names: readonly (keyof T)[],
): VwoClientParts['options'] & T & Pick<VwoClientParts, 'storage' | 'logger'> {
  return { ...options, ...definedValues(own, names), storage, logger };
}
