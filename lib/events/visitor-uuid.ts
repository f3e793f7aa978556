import { v5 } from 'uuid';

const VWO_NAMESPACE = v5('https://vwo.com', v5.URL);

/** An id that VWO's web tracker made: `D` or `J` and 32 hex digits. */
const WEB_UUID = /^[DJ][0-9A-Fa-f]{32}$/;

/**
 * VWO's account-bound UUID of a user, upper case without dashes; an id that VWO's web tracker made is one already (SDK 1.38).
 * `webConnectivity`: false where the settings say `isWebConnectivityEnabled: false`.
 */
export function visitorUuids(accountId: string, webConnectivity = true): (userId: string) => string {
  const namespace = v5(accountId, VWO_NAMESPACE);
  return (userId) =>
    webConnectivity && WEB_UUID.test(userId) ? userId : v5(userId, namespace).replaceAll('-', '').toUpperCase();
}
