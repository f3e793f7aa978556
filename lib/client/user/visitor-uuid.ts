import { NamedUuids, URL_NAMESPACE } from './uuid-v5.js';

const accounts = new NamedUuids(new NamedUuids(URL_NAMESPACE).namespaceOf('https://vwo.com'));

/** An id that VWO's web tracker made: `D` or `J` and 32 hex digits. */
const WEB_UUID = /^[DJ][0-9A-Fa-f]{32}$/;

/** The users of the account asked for last; a process seldom knows a second one. */
let known = usersOf('');

/** The account-bound hash of a user's id: upper case, no dashes. VWO's user lists hold it, of ids of the web tracker too. */
export function userListId(accountId: string, userId: string): string {
  if (known.accountId !== accountId) known = usersOf(accountId);
  return known.users.of(userId);
}

function usersOf(accountId: string): { readonly accountId: string; readonly users: NamedUuids } {
  return { accountId, users: new NamedUuids(accounts.namespaceOf(accountId)) };
}

/**
 * VWO's account-bound UUID of a user, as events carry it. An id that VWO's web tracker made is one already (SDK 1.38).
 * The settings' `isWebConnectivityEnabled: false` is not looked at: the official SDK (1.60) drops it as well.
 */
export function visitorUuid(accountId: string, userId: string): string {
  return WEB_UUID.test(userId) ? userId : userListId(accountId, userId);
}
