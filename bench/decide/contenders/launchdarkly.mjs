/**
 * `@launchdarkly/node-server-sdk` with its TestData source. Exposure: `off` is `sendEvents: false`; `default` is what it
 * does unasked (an event per user it has not seen lately, and counters per variation); `experiment` marks the split as
 * an experiment, as VWO's is: an event for every decision. Events go to the collector when the chunk is over.
 */
import { init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { flagKey, people, VARIABLES } from '../../account.mjs';

const logger = { error() {}, warn() {}, info() {}, debug() {} };

export async function open({ sizes, segment, users, collector, variant }) {
  const contexts = people(users, { segment }).map(({ id, ...rest }) => ({ kind: 'user', key: id, ...rest }));
  const accounts = new Map();
  for (const size of sizes) {
    const data = new TestData();
    for (let index = 0; index < size; index += 1) {
      await data.usePreconfiguredFlag(flag(index, segment, variant.exposure === 'experiment'));
    }
    const client = init('sdk-benchmark', {
      updateProcessor: data.getFactory(),
      sendEvents: variant.exposure !== 'off',
      eventsUri: collector,
      diagnosticOptOut: true,
      capacity: 20_000, // its default of 10,000 would drop events within one chunk
      flushInterval: 3_600,
      logger,
    });
    await client.waitForInitialization({ timeout: 5 });
    accounts.set(size, { client, keys: contexts.map((_, user) => flagKey(user % size)) });
  }
  return {
    outcome: async (size, key, user) =>
      (await accounts.get(size).client.variation(key, contexts[user], null))?.button ?? 'off',
    async run(size, from, count) {
      const { client, keys } = accounts.get(size);
      let sum = 0;
      for (let user = from; user < from + count; user += 1) {
        const value = await client.variation(keys[user], contexts[user], null);
        if (value !== null) sum += value.button.length;
      }
      return sum;
    },
    ...(variant.exposure !== 'off' && { settle: (size) => accounts.get(size).client.flush() }),
  };
}

function flag(index, segment, experiment) {
  const split = {
    rollout: {
      kind: experiment ? 'experiment' : 'rollout',
      contextKind: 'user',
      ...(experiment && { seed: index }),
      variations: [
        { variation: 0, weight: 50_000 },
        { variation: 1, weight: 50_000 },
      ],
    },
  };
  const pro = { attribute: 'plan', contextKind: 'user', op: 'in', values: ['pro'], negate: false };
  return {
    key: flagKey(index),
    version: 1,
    on: true,
    salt: `salt-${index}`,
    targets: [],
    rules: segment ? [{ id: 'pro', clauses: [pro], ...split }] : [],
    fallthrough: segment ? { variation: 2 } : split,
    offVariation: 2,
    variations: [VARIABLES[1], VARIABLES[2], null],
  };
}
