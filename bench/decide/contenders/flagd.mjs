/** `@openfeature/flagd-core`, in process, as a flagd provider uses it. It knows no exposure. */
import { FlagdCore } from '@openfeature/flagd-core';
import { flagKey, people, VARIABLES } from '../../account.mjs';

const logger = { error() {}, warn() {}, info() {}, debug() {} };

export function open({ sizes, segment, users }) {
  const contexts = people(users, { segment }).map(({ id, ...rest }) => ({ targetingKey: id, ...rest }));
  const accounts = new Map(
    sizes.map((size) => {
      const core = new FlagdCore(undefined, logger);
      core.setConfigurations(JSON.stringify({ flags: flags(size, segment) }));
      return [size, { core, keys: contexts.map((_, user) => flagKey(user % size)) }];
    }),
  );
  const off = {};
  return {
    outcome: (size, key, user) =>
      accounts.get(size).core.resolveObjectEvaluation(key, off, contexts[user], logger).value.button ?? 'off',
    run(size, from, count) {
      const { core, keys } = accounts.get(size);
      let sum = 0;
      for (let user = from; user < from + count; user += 1) {
        const { value } = core.resolveObjectEvaluation(keys[user], off, contexts[user], logger);
        if (value.button !== undefined) sum += value.button.length;
      }
      return sum;
    },
  };
}

function flags(size, segment) {
  const split = {
    fractional: [
      ['one', 50],
      ['two', 50],
    ],
  };
  return Object.fromEntries(
    Array.from({ length: size }, (_, index) => [
      flagKey(index),
      {
        state: 'ENABLED',
        variants: { one: VARIABLES[1], two: VARIABLES[2], off: {} },
        defaultVariant: 'off',
        targeting: segment ? { if: [{ '==': [{ var: 'plan' }, 'pro'] }, split, 'off'] } : split,
      },
    ]),
  );
}
