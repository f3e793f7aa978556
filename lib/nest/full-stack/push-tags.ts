import type { VwoAttributes } from '../../client/index.js';
import type { VwoUserContext } from '../../model/index.js';
import type { VwoService } from '../vwo.service.js';

/**
 * What `push` of VWO's SDK does: queues tags for VWO's reports, of the current visit's user or of the one given. False, and
 * one warning, where they cannot be sent. Throws `VwoOutsideVisitError` outside a visit, unless a user is given.
 *
 * ```ts
 * pushTags(this.vwo, { plan: 'gold' });
 * ```
 */
export function pushTags(vwo: VwoService, tags: VwoAttributes): boolean;
export function pushTags(vwo: VwoService, user: VwoUserContext, tags: VwoAttributes): boolean;
export function pushTags(vwo: VwoService, first: VwoUserContext | VwoAttributes, second?: VwoAttributes): boolean {
  return second === undefined
    ? vwo.setAttribute(first as VwoAttributes)
    : vwo.setAttribute(first as VwoUserContext, second);
}
