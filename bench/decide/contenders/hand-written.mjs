import { flagKey, settings, people, vwoContext } from '../../account.mjs';
import { decide, prepare } from '../../hand-written.mjs';

export function open({ sizes, segment, users, variant }) {
  const contexts = people(users, { segment }).map(vwoContext);
  const accounts = new Map(
    sizes.map((size) => [
      size,
      { flags: prepare(settings(size, { segment }), variant), keys: contexts.map((_, user) => flagKey(user % size)) },
    ]),
  );
  return {
    outcome: (size, key, user) => decide(accounts.get(size).flags, key, contexts[user]).variables.button ?? 'off',
    run(size, from, count) {
      const { flags, keys } = accounts.get(size);
      let sum = 0;
      for (let user = from; user < from + count; user += 1) {
        const flag = decide(flags, keys[user], contexts[user]);
        if (flag.enabled) sum += flag.variables.button.length;
      }
      return sum;
    },
  };
}
