import { decide } from '../../../lib/fme/engine/index.js';
import { accountOf, NOTHING_STORED, user } from './account.fixture.js';

/** Whether ann is in a segment. `more`: what is known of her besides her id. */
export function isIn(segments: unknown, more: object = {}): boolean {
  return decide(accountOf({ f: [{ id: 1, segments }] }), 'f', user('ann', more), NOTHING_STORED).flag.isEnabled();
}

/** What is wrong with a segment, as `<place in it>: <what>`. */
export function problemsOf(segments: unknown): string[] {
  const { problems } = accountOf({ f: [{ id: 1, segments }] });
  return problems.map(({ where, what }) => `${where.replace('campaigns[0].variations[0].segments', '')}: ${what}`);
}

export const gold = { custom_variable: { plan: 'gold' } };
export const tester = { custom_variable: { role: 'tester' } };
export const early = { custom_variable: { group: 'early' } };
