import { asText, type DecisionUser, isObject, knownDetails, listKey } from '../../../model/index.js';
import type { CompiledSettings } from '../model/compiled-settings.js';
import type { DecisionInputs, RuleListQuestion } from '../model/decision-inputs.js';
import { isUserId } from '../segment/custom-variable.operand.js';

/** What VWO's gateway must be asked about a user before deciding. */
export interface GatewayQuestions {
  /** Location and user agent, unless the application knows them. */
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
  const inputs = new Map<DecisionInputs, boolean>();
  for (const key of featureKeys) {
    const feature = settings.features.get(key);
    if (!feature) continue;
    const bothIds = settings.userLists && feature.groups.length > 0;
    inputs.set(feature.inputs, bothIds);
    for (const group of feature.groups) inputs.set(group.inputs, bothIds);
  }
  const lists = new Map<string, ListMembership>();
  let details = false;
  for (const [each, bothIds] of inputs) {
    details ||= each.details;
    for (const question of each.lists) {
      const { listId } = question;
      for (const attribute of attributesOf(user, question, bothIds)) {
        lists.set(listKey(listId, attribute), { listId, attribute });
      }
    }
  }
  const asksDetails = details && !!(user.userAgent || user.ipAddress) && knownDetails(user) === undefined;
  return { details: asksDetails, lists: [...lists.values()] };
}

/**
 * None when the user has no such variable: then nothing is asked. In a mutually exclusive group a campaign is judged with
 * the id of the rule that was looked at before it (as in the official SDK), so that either id may be the one.
 */
function attributesOf(
  user: DecisionUser,
  { variable, targeting, userList }: RuleListQuestion,
  bothIds: boolean,
): readonly string[] {
  if (isUserId(variable)) {
    const listId = userList || bothIds ? [user.userListId] : [];
    return userList && !bothIds ? listId : [user.id, ...listId];
  }
  const variables: unknown = targeting ? user.variationTargetingVariables : user.customVariables;
  return isObject(variables) && Object.hasOwn(variables, variable) ? [String(asText(variables[variable]))] : [];
}
