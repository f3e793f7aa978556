import { v5 } from 'uuid';
import type { DecisionUser, GatewayFacts } from '../../lib/model/index.js';
import type { SeededRandom } from './seeded-random.js';
import {
  ADDRESSES,
  AGENTS,
  BROWSERS,
  CITIES,
  COUNTRIES,
  DEVICES,
  ODD_USERS,
  SYSTEMS,
  TEXTS,
  USERS,
  VARIABLES,
  VERSIONS,
} from './segment.generator.js';

const VWO = v5('https://vwo.com', v5.URL);

/** A user, and what the gateway would say of them. */
export function userOf(random: SeededRandom, accountId: string | number): DecisionUser {
  const usual = random.chance(0.4) ? random.pick(USERS) : `user-${random.int(0, 1e9).toString(36)}`;
  return userCalled(random, accountId, random.chance(0.06) ? random.pick(ODD_USERS) : usual);
}

/** The same with this id. */
export function userCalled(random: SeededRandom, accountId: string | number, id: string): DecisionUser {
  return {
    id,
    userListId: userListIdOf(id, accountId),
    ...(random.chance(0.75) && { customVariables: variablesOf(random) }),
    ...(random.chance(0.4) && { variationTargetingVariables: variablesOf(random) }),
    ...(random.chance(0.6) && { userAgent: random.pick(AGENTS) }),
    ...(random.chance(0.6) && { ipAddress: random.pick(ADDRESSES) }),
    ...(random.chance(0.7) && { gateway: factsOf(random) }),
  };
}

export function userListIdOf(userId: string, accountId: string | number): string {
  return v5(userId, v5(String(accountId), VWO))
    .replaceAll('-', '')
    .toUpperCase();
}

function variablesOf(random: SeededRandom): Record<string, unknown> {
  const values: readonly unknown[] = [
    ...TEXTS,
    10,
    10,
    '10.00',
    10.5,
    0,
    -1,
    true,
    false,
    null,
    [1, 2],
    {},
    undefined,
    1e21,
    ...USERS,
  ];
  return Object.fromEntries(random.some(VARIABLES, 0.7).map((name) => [name, random.pick(values)]));
}

function factsOf(random: SeededRandom): GatewayFacts {
  return {
    ...(random.chance(0.8) && {
      location: { country: random.pick(COUNTRIES), region: random.pick(['North', 'South']), city: random.pick(CITIES) },
    }),
    ...(random.chance(0.8) && {
      userAgent: {
        os: random.pick(SYSTEMS),
        browser_string: random.pick(BROWSERS),
        device_type: random.pick(DEVICES),
        device: random.pick(DEVICES),
        ...(random.chance(0.8) && { os_version: random.pick<unknown>([...VERSIONS, 10, null]) }),
        ...(random.chance(0.8) && { browser_version: random.pick(VERSIONS) }),
      },
    }),
  };
}
