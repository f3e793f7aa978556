import { type Visit, VisitFlag } from '../../client/index.js';
import { offFlag } from '../../model/index.js';

const DONE = Promise.resolve();

/** For code that must not fail where no visit was opened, e.g. an exception filter: every flag is off, nothing is sent. */
export const nobodysVisit: Visit = Object.freeze({
  user: undefined,
  flag: (key: string) => new VisitFlag(offFlag(key, 'nobody'), undefined),
  track: () => false,
  setAttribute: () => false,
  end: () => DONE,
});
