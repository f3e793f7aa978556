import type { Visit } from '../../client/index.js';
import { offFlag } from '../../fme/engine/index.js';

const DONE = Promise.resolve();

/** For code that must not fail where no visit was opened, e.g. an exception filter: every flag is off, nothing is sent. */
export const nobodysVisit: Visit = Object.freeze({
  user: undefined,
  flag: offFlag,
  track: () => false,
  setAttribute: () => false,
  end: () => DONE,
});
