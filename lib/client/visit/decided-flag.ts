import type { DecidedFlag } from '../../model/index.js';
import type { Visit } from '../port/visit.js';

/** For whoever only asks whether a flag is on, or for a variable: without the object of its own that each user gets. Throws as `visit.flag` does. */
export function decidedFlag(visit: Visit, key: string): DecidedFlag {
  return visit.decided ? visit.decided(key) : visit.flag(key);
}
