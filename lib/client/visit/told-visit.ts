import { channels, type Clock, isPromise, type VwoAccount } from '../../common/index.js';
import type { Visit } from '../port/visit.js';

/** Opens a visit, and tells the channel of visits how long that took: for when somebody listens. */
export function toldVisit<V extends Visit>(
  { account, clock }: { readonly account: VwoAccount; readonly clock: Clock },
  open: () => V | Promise<V>,
): V | Promise<V> {
  const began = clock.monotonic();
  const tell = (visit: V): V => {
    channels.visits.publish({ account, user: visit.user, duration: clock.monotonic() - began });
    return visit;
  };
  const opened = open();
  return isPromise(opened) ? opened.then(tell) : tell(opened);
}
