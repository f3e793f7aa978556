import { VisitFlag } from '../client/index.js';
import { text } from '../common/index.js';
import type { ClientName, FlagKey, KnownKey, VwoFlag } from '../model/index.js';
import { SetFlag } from './set-flag.js';
import { checkedFlag, type TestFlag } from './test-flag.js';

/**
 * A flag for a method that takes one, where a controller is tested as a plain class:
 * `new ShopController().home(testFlag('new-checkout', { variation: 'fast' }))`. Throws `VwoOptionsError` for values that no flag can have.
 * @param flag on, unless it says otherwise
 */
export function testFlag<Key extends FlagKey<Client>, Client extends ClientName = undefined>(
  key: Key,
  flag: TestFlag<Key, Client> = true,
): VwoFlag<KnownKey<Key, Client>, Client> {
  const set = new SetFlag(text('testFlag(key)', key), checkedFlag(`testFlag('${key}', flag)`, flag));
  const decided: VwoFlag = new VisitFlag(set.decide(NOBODY_IN_PARTICULAR).flag, undefined);
  return decided as VwoFlag<KnownKey<Key, Client>, Client>;
}

const NOBODY_IN_PARTICULAR = { id: 'test-user', userListId: '' };
