/** This library's engine alone: `decide(compiled, key, user, stored)`. No visit, no storage, nothing is sent. */
import { flagKey, people, settings, storedRecord, vwoContext } from '../../account.mjs';
import { compile, decide } from '../../engine.mjs';
import * as byHand from '../../hand-written.mjs';

const NOTHING = new Map();

export function open({ sizes, segment, users, variant }) {
  const contexts = people(users, { segment }).map(vwoContext);
  const accounts = new Map(
    sizes.map((size) => {
      const given = settings(size, { segment });
      const flags = byHand.prepare(given);
      const stored = contexts.map((context, user) =>
        variant.stored ? recordsOf(flags, user % size, context) : NOTHING,
      );
      return [size, { compiled: compile(given), stored, keys: contexts.map((_, user) => flagKey(user % size)) }];
    }),
  );
  return {
    outcome(size, key, user) {
      const { compiled, stored } = accounts.get(size);
      const { flag, events } = decide(compiled, key, contexts[user], stored[user]);
      if (variant.stored && flag.isEnabled() && (flag.source !== 'storage' || events.length > 0)) {
        throw new Error(`user ${user} was decided anew although a record is stored`);
      }
      return flag.isEnabled() ? flag.getVariable('button') : 'off';
    },
    run(size, from, count) {
      const { compiled, keys, stored } = accounts.get(size);
      let sum = 0;
      for (let user = from; user < from + count; user += 1) {
        const { flag } = decide(compiled, keys[user], contexts[user], stored[user]);
        if (flag.isEnabled()) sum += flag.getVariable('button', '').length;
      }
      return sum;
    },
  };
}

function recordsOf(flags, index, context) {
  const key = flagKey(index);
  const { enabled, variationId } = byHand.decide(flags, key, context);
  return enabled ? new Map([[key, storedRecord(index, context.id, variationId)]]) : NOTHING;
}
