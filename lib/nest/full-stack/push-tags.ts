import type { VwoAttributes } from '../../client/index.js';
import type { UserId, VwoUserContext } from '../../model/index.js';
import type { VwoService } from '../vwo.service.js';

/**
 * What `push` of VWO's SDK does: queues tags for VWO's reports, of the current visit's user, or of `user`. False, and
 * one warning, where they cannot be sent. Throws `VwoOutsideVisitError` outside a visit, unless `user` is given.
 *
 * ```ts
 * pushTags(this.vwo, { plan: 'gold' });
 * ```
 */
export function pushTags(
  vwo: Pick<VwoService, 'setAttribute'>,
  tags: VwoAttributes,
  user?: VwoUserContext<UserId>,
): boolean {
  return vwo.setAttribute(tags, user);
}
