import type { Looks, RuleListQuestion } from './compiled-feature.js';
import type { CompiledSettings } from './compiled-settings.js';
import { text, USER_ID } from './custom-variable.operand.js';
import { isObject } from './lenient.js';
import { type DecisionUser, listKey } from './user-context.js';

/** What VWO's gateway must be asked about a user before deciding. */
export interface GatewayQuestions {
  /** Location and user agent. */
  readonly details: boolean;
  readonly lists: readonly ListMembership[];
}

export interface ListMembership {
  readonly listId: string;
  /** The user's value, as text. */
  readonly attribute: string;
}

const NOTHING: GatewayQuestions = Object.freeze({ details: false, lists: Object.freeze([]) });

/** What these features (all when omitted) want to know of this user. Costs nothing where the settings ask for nothing. */
export function gatewayQuestions(
  settings: CompiledSettings,
  user: DecisionUser,
  featureKeys: readonly string[] = settings.featureKeys,
): GatewayQuestions {
  if (!settings.asksGateway || typeof user.id !== 'string') return NOTHING;
  const looks = new Set<Looks>();
  for (const key of featureKeys) {
    const feature = settings.features.get(key);
    if (!feature) continue;
    looks.add(feature.looks);
    for (const group of feature.groups) looks.add(group.looks);
  }
  const lists = new Map<string, ListMembership>();
  let details = false;
  for (const each of looks) {
    details ||= each.details;
    for (const question of each.lists) {
      const attribute = attributeOf(user, question);
      if (attribute === undefined) continue;
      const { listId } = question;
      lists.set(listKey(listId, attribute), { listId, attribute });
    }
  }
  return { details: details && !!(user.userAgent || user.ipAddress), lists: [...lists.values()] };
}

/** Undefined when the user has no such variable: then nothing is asked. */
function attributeOf(user: DecisionUser, { variable, targeting, userList }: RuleListQuestion): string | undefined {
  if (variable === USER_ID) return userList ? (text(user.uuid) ?? undefined) : user.id;
  const variables: unknown = targeting ? user.variationTargetingVariables : user.customVariables;
  return isObject(variables) && Object.hasOwn(variables, variable) ? String(text(variables[variable])) : undefined;
}
