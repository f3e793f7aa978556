import { flagKey, people } from '../account.mjs';
import { FLAGS, USERS } from './modes.mjs';

export const KEYS = Array.from({ length: FLAGS }, (_, index) => flagKey(index));

/** The users who come back, in every mode. */
export const RETURNING = people(USERS).map(({ id }) => id);

/** What `GET /` answers. */
export function onOff(isOn) {
  const answer = {};
  for (const key of KEYS) answer[key] = isOn(key);
  return answer;
}

export function userOf(request) {
  return request.headers['x-user-id'];
}
