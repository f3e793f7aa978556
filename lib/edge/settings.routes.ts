import { type EdgeAnswer, type EdgeRequest, type EdgeRoute, refusal, refuseQuery } from './edge.route.js';

/** Who may ask. What is left out is not checked. */
export interface ExpectedAccount {
  readonly accountId?: string | number;
  readonly sdkKey?: string;
}

/** Where FME's SDKs get their settings: at start and at each poll from the first, after a webhook from the second. */
const FME_PATHS = ['/server-side/v2-settings', '/server-side/v2-pull'];

export function settingsRoutes(
  settings: () => unknown,
  expected: ExpectedAccount,
  paths: readonly string[] = FME_PATHS,
): EdgeRoute[] {
  const answer = (request: EdgeRequest): EdgeAnswer =>
    refuseQuery(request, 'a', 'i') ?? strange(request, expected) ?? { status: 200, body: settings() };
  return paths.map((path) => ({ method: 'GET', path, part: 'settings', answer }));
}

/** 400, the status after which VWO's own SDK does not try again. */
function strange({ query }: EdgeRequest, { accountId, sdkKey }: ExpectedAccount): EdgeAnswer | undefined {
  if (accountId !== undefined && query.a !== String(accountId)) return refusal(400, `Account ${query.a} is not known`);
  if (sdkKey !== undefined && query.i !== sdkKey) return refusal(400, `SDK key ${query.i} is not known`);
  return undefined;
}
