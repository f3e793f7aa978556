import type { ExecutionContext } from '@nestjs/common';
import type { VwoUserContext } from 'nestjs-vwo';

/** What the shop knows of a customer, by id; whoever is not here is a customer without a plan. */
const PLANS: Readonly<Record<string, string>> = { alice: 'gold', grace: 'gold', bob: 'silver' };

/** Customers whose pages differ, to try. */
export const SOME_CUSTOMERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'grace'];

export function planOf(id: string): string {
  return Object.hasOwn(PLANS, id) ? (PLANS[id] ?? 'none') : 'none';
}

interface ShopRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
}

/** The option `user`: who asks is the header `x-user-id`, else `?user=`. A real shop would look at its session. */
export function customerOf(context: ExecutionContext): VwoUserContext | undefined {
  const { headers, query } = context.switchToHttp().getRequest<ShopRequest>();
  const id = headers['x-user-id'] ?? query['user'];
  if (typeof id !== 'string' || id.trim() === '') return undefined;
  return { id, customVariables: { plan: planOf(id) } };
}
