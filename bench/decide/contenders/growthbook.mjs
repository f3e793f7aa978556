/** `@growthbook/growthbook`: its client for servers. Exposure is its tracking callback; ours keeps the event in a list. */
import { GrowthBookClient } from '@growthbook/growthbook';
import { flagKey, people, VARIABLES } from '../../account.mjs';

export function open({ sizes, segment, users, variant }) {
  const contexts = people(users, { segment }).map((attributes) => ({ attributes }));
  const queue = [];
  const accounts = new Map(
    sizes.map((size) => {
      const client = new GrowthBookClient();
      client.initSync({ payload: { features: features(size, segment) } });
      if (variant.exposure) {
        client.setTrackingCallback((experiment, result, user) => {
          queue.push({ experiment: experiment.key, variation: result.key, user: user.attributes.id, time: Date.now() });
        });
      }
      return [size, { client, keys: contexts.map((_, user) => flagKey(user % size)) }];
    }),
  );
  return {
    outcome: (size, key, user) => accounts.get(size).client.evalFeature(key, contexts[user]).value?.button ?? 'off',
    run(size, from, count) {
      const { client, keys } = accounts.get(size);
      let sum = 0;
      for (let user = from; user < from + count; user += 1) {
        const result = client.evalFeature(keys[user], contexts[user]);
        if (result.on) sum += result.value.button.length;
      }
      return sum;
    },
    settle(size) {
      if (!variant.exposure) return;
      if (queue.length === 0) throw new Error(`no exposure at ${size} flags`);
      queue.length = 0;
    },
  };
}

function features(size, segment) {
  return Object.fromEntries(
    Array.from({ length: size }, (_, index) => [
      flagKey(index),
      {
        defaultValue: null,
        rules: [
          {
            ...(segment && { condition: { plan: 'pro' } }),
            key: `${flagKey(index)}-test`,
            hashAttribute: 'id',
            hashVersion: 2,
            coverage: 1,
            weights: [0.5, 0.5],
            variations: [VARIABLES[1], VARIABLES[2]],
          },
        ],
      },
    ]),
  );
}
