import type { CompiledSettings } from './compiled-settings.js';
import type { DecisionUser } from './user-context.js';

/** What VWO's gateway must be asked about a user before deciding. */
export interface GatewayQuestions {
  /** Location and user agent. */
  readonly details: boolean;
  readonly lists: readonly { readonly listId: string; readonly attribute: string }[];
}

const NOTHING: GatewayQuestions = { details: false, lists: [] };

/** What these features (all when omitted) want to know of this user. Costs nothing where the settings ask for nothing. */
export function gatewayQuestions(
  _settings: CompiledSettings,
  _user: DecisionUser,
  _featureKeys?: readonly string[],
): GatewayQuestions {
  return NOTHING;
}
