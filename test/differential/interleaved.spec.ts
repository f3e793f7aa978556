import { describe, expect, it } from '@jest/globals';
import { decide } from '../../lib/fme/engine/index.js';
import { type DecisionUser } from '../../lib/model/index.js';
import { accountOf, NOTHING_STORED, user } from '../fme/engine/account.fixture.js';

const account = accountOf({
  inside: [{ id: 1, segments: { or: [{ ip_address: 'wildcard(10.*)' }] } }],
  gold: [{ id: 2, segments: { or: [{ custom_variable: { plan: 'gold' } }] } }],
});

/** Half of them come from inside. */
const visitors: readonly DecisionUser[] = Array.from({ length: 1_000 }, (_, i) =>
  user(`user-${i}`, {
    ipAddress: i % 2 === 0 ? `10.0.0.${i % 250}` : `203.0.113.${i % 250}`,
    customVariables: { plan: i % 3 === 0 ? 'gold' : 'basic' },
  }),
);

/** A handler that lets others run between its reads. With VWO's SDK, half of such decisions are wrong. */
async function handler(visitor: DecisionUser, i: number): Promise<boolean[]> {
  const read = (key: string): boolean => decide(account, key, visitor, NOTHING_STORED).flag.isEnabled();
  await (i % 7 === 0 ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve());
  const first = read('inside');
  await Promise.resolve();
  const second = read('gold');
  await (i % 5 === 0 ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve());
  return [first, second, read('inside')];
}

describe('users who are served at the same time', () => {
  it('never get each other’s flags: 1,000 interleaved visits, half of which match an ip_address rule, none wrong', async () => {
    const answers = await Promise.all(visitors.map(handler));
    const wrong = answers.filter(
      ([first, second, third], i) => first !== (i % 2 === 0) || second !== (i % 3 === 0) || third !== first,
    );
    expect([answers.filter(([inside]) => inside).length, wrong.length]).toEqual([500, 0]);
  });
});
