import { type EdgeAnswer, type EdgeRequest, type EdgeRoute, refuseQuery } from './edge.route.js';

type Facts = Readonly<Record<string, string>>;

/** What VWO's gateway service knows, as far as a test has told it. */
export class EdgeGateway {
  readonly locations = new Map<string, Facts>();
  readonly userAgents = new Map<string, Facts>();
  readonly lists = new Map<string, ReadonlySet<string>>();
  readonly aliases = new Map<string, string>();
}

/** VWO's gateway service: where a user is, what he uses, whether he is on a list, whose alias he is. */
export function gatewayRoutes(gateway: EdgeGateway): EdgeRoute[] {
  const route = (
    method: EdgeRoute['method'],
    path: string,
    needs: readonly string[],
    answer: (query: EdgeRequest['query']) => unknown,
  ): EdgeRoute => ({
    method,
    path,
    part: 'gateway',
    answer: (request): EdgeAnswer => refuseQuery(request, ...needs) ?? { status: 200, body: answer(request.query) },
  });
  return [
    route('GET', '/get-user-details', ['accountId'], (query) => ({
      location: known(gateway.locations, query.ipAddress),
      userAgent: known(gateway.userAgents, query.userAgent),
    })),
    route('GET', '/check-attribute', ['accountId', 'listId', 'attribute'], ({ listId = '', attribute = '' }) =>
      Boolean(gateway.lists.get(listId)?.has(attribute)),
    ),
    route('GET', '/user-alias/getAliasUserId', ['accountId', 'sdkKey', 'userId'], ({ userId = '[]' }) =>
      idsIn(userId).flatMap((aliasId) => {
        const user = gateway.aliases.get(aliasId);
        return user === undefined ? [] : [{ aliasId, userId: user }];
      }),
    ),
    route('POST', '/user-alias/setUserAlias', ['accountId', 'sdkKey', 'userId', 'aliasId'], (query) => {
      gateway.aliases.set(query.aliasId ?? '', query.userId ?? '');
      return { isAliasSet: true };
    }),
  ];
}

function known(facts: ReadonlyMap<string, Facts>, about: string | undefined): Facts | undefined {
  return about === undefined ? undefined : facts.get(about);
}

/** The SDK asks with a JSON list of ids; a plain id is one. */
function idsIn(userId: string): string[] {
  if (!userId.startsWith('[')) return [userId];
  const ids: unknown = JSON.parse(userId);
  return Array.isArray(ids) ? ids.map(String) : [];
}
