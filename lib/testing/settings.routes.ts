import { type EdgeAnswer, type EdgeRequest, type EdgeRoute, missing, refusal } from './edge.route.js';

/** Who may ask. What is left out is not checked. */
export interface ExpectedAccount {
  readonly accountId?: string | number;
  readonly sdkKey?: string;
}

/** Where the SDKs get their settings: at start and at each poll from the first, after a webhook from the second. */
export function settingsRoutes(settings: () => unknown, expected: ExpectedAccount): EdgeRoute[] {
  const answer = (request: EdgeRequest): EdgeAnswer => {
    const lacking = missing(request, 'a', 'i');
    if (lacking) return refusal(400, `The query lacks \`${lacking}\``);
    return strange(request, expected) ?? { status: 200, body: settings() };
  };
  return ['/server-side/v2-settings', '/server-side/v2-pull'].map((path) => ({
    method: 'GET',
    path,
    part: 'settings',
    answer,
  }));
}

/** 400, the status after which VWO's own SDK does not try again. */
function strange({ query }: EdgeRequest, { accountId, sdkKey }: ExpectedAccount): EdgeAnswer | undefined {
  if (accountId !== undefined && query.a !== String(accountId)) return refusal(400, `Account ${query.a} is not known`);
  if (sdkKey !== undefined && query.i !== sdkKey) return refusal(400, `SDK key ${query.i} is not known`);
  return undefined;
}
