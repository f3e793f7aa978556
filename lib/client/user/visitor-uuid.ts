import { URL_NAMESPACE, uuidV5 } from './uuid-v5.js';

const VWO_NAMESPACE: Uint8Array = uuidV5('https://vwo.com', URL_NAMESPACE);

/** An id that VWO's web tracker made: `D` or `J` and 32 hex digits. */
const WEB_UUID = /^[DJ][0-9A-Fa-f]{32}$/;

/** The namespace of the account asked for last; a process seldom knows a second one. */
let known = { accountId: '', namespace: uuidV5('', VWO_NAMESPACE) };

/** The account-bound hash of a user's id: upper case, no dashes. VWO's user lists hold it, of ids of the web tracker too. */
export function userListId(accountId: string, userId: string): string {
  if (known.accountId !== accountId) known = { accountId, namespace: uuidV5(accountId, VWO_NAMESPACE) };
  return uuidV5(userId, known.namespace).toString('hex').toUpperCase();
}

/**
 * VWO's account-bound UUID of a user, as events carry it. An id that VWO's web tracker made is one already (SDK 1.38).
 * The settings' `isWebConnectivityEnabled: false` is not looked at: the official SDK (1.60) drops it as well.
 */
export function visitorUuid(accountId: string, userId: string): string {
  return WEB_UUID.test(userId) ? userId : userListId(accountId, userId);
}
