/** What everybody sends: each user asks for one flag of ten, and leaves two impressions, the rollout's and the test's. */
import { campaignIds, flagKey, people, settings } from '../account.mjs';
import { decide, prepare } from '../hand-written.mjs';

export const FLAGS = 10;
export const SETTINGS = settings(FLAGS);
/** The time of every event, so that two senders' events can be the same. */
export const NOW = 1_800_000_000_000;

/** Users, and the flag that each asks for. */
export function users(count) {
  return people(count).map(({ id }, index) => ({ id, flag: index % FLAGS, key: flagKey(index % FLAGS) }));
}

/** The same users with what was decided for them: `{ id, shown: [{ id, variation }, …] }`. */
export function decided(count) {
  const flags = prepare(SETTINGS);
  return users(count).map(({ id, flag, key }) => {
    const { rollout, test } = campaignIds(flag);
    const { variationId } = decide(flags, key, { id });
    const shown = [
      { id: rollout, variation: 1 },
      { id: test, variation: variationId },
    ];
    return { id, shown };
  });
}
