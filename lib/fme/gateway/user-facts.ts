import { asText, type GatewayFacts, isObject, listKey, type VwoUserContext } from '../../model/index.js';
import type { Query } from '../../transport/index.js';
import type { GatewayQuestions } from '../engine/index.js';

/** Asks the gateway; undefined when there is no answer. Never rejects. */
type Ask = (path: string, query: Query) => Promise<unknown>;
type AskingUser = Pick<VwoUserContext, 'userAgent' | 'ipAddress'>;
type Details = Pick<GatewayFacts, 'location' | 'userAgent'>;

/** Where a user is, with what browser, and on which lists: all asked at the same time. What is not answered is left out. */
export async function userFacts(ask: Ask, user: AskingUser, questions: GatewayQuestions): Promise<GatewayFacts> {
  const lists = new Map<string, boolean>();
  const [details] = await Promise.all([
    questions.details ? userDetails(ask, user) : undefined,
    ...questions.lists.map(async ({ listId, attribute }) => {
      const answer = await ask('/check-attribute', { attribute, listId });
      if (answer !== undefined) lists.set(listKey(listId, attribute), isMember(answer));
    }),
  ]);
  return { ...details, lists };
}

async function userDetails(ask: Ask, { userAgent, ipAddress }: AskingUser): Promise<Details> {
  const known = [
    ['userAgent', asText(userAgent)],
    ['ipAddress', asText(ipAddress)],
  ].filter(([, text]) => text);
  if (known.length === 0) return {};
  const query = Object.fromEntries(known) as Query;
  const answer = await ask('/get-user-details', query);
  if (!isObject(answer)) return {};
  return {
    ...(isObject(answer.location) ? { location: answer.location } : {}),
    ...(isObject(answer.userAgent) ? { userAgent: answer.userAgent } : {}),
  };
}

/** `false`, `'false'`, nothing and `{ status: 0 }` mean no, as to VWO's SDK. */
function isMember(answer: unknown): boolean {
  return Boolean(answer) && answer !== 'false' && !(isObject(answer) && answer.status === 0);
}
