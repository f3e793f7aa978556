/**
 * `vwo-fme-node-sdk` as its documentation shows: `await getFlag(key, context)`, then `isEnabled` and `getVariable`.
 * Its network client answers every call with 200 at once, so nothing waits for a network and nothing is sent.
 * Storage: `none`; `fresh`, a connector over a Map that is emptied before each chunk; `stored`, over a Map that has
 * everybody's record.
 */
import { init } from 'vwo-fme-node-sdk';
import { ACCOUNT_ID, flagKey, SDK_KEY, settings, storedRecord, people, vwoContext } from '../../account.mjs';
import { decide, prepare } from '../../hand-written.mjs';
import { SilentNetwork } from '../../official-network.mjs';

export async function open({ sizes, segment, users, variant }) {
  const contexts = people(users, { segment }).map(vwoContext);
  const network = new SilentNetwork();
  const records = new Map();
  const storage = {
    get: async (featureKey, userId) => records.get(`${featureKey}_${userId}`),
    set: async (record) => void records.set(`${record.featureKey}_${record.userId}`, record),
  };
  const accounts = new Map();
  for (const size of sizes) {
    const client = await init({
      accountId: ACCOUNT_ID,
      sdkKey: SDK_KEY,
      settings: settings(size, { segment }),
      network: { client: network },
      ...(variant.storage !== 'none' && { storage }),
      logger: { level: 'ERROR' },
    });
    accounts.set(size, { client, keys: contexts.map((_, user) => flagKey(user % size)) });
    if (variant.storage === 'stored') remember(records, size, contexts, segment);
  }
  return {
    async outcome(size, key, user) {
      if (variant.storage === 'fresh') records.clear();
      const flag = await accounts.get(size).client.getFlag(key, contexts[user]);
      return flag.isEnabled() ? flag.getVariable('button') : 'off';
    },
    prepare() {
      if (variant.storage === 'fresh') records.clear();
    },
    async run(size, from, count) {
      const { client, keys } = accounts.get(size);
      let sum = 0;
      for (let user = from; user < from + count; user += 1) {
        const flag = await client.getFlag(keys[user], contexts[user]);
        if (flag.isEnabled()) sum += flag.getVariable('button', '').length;
      }
      return sum;
    },
    settle() {
      const sent = network.take();
      if (sent > 0 === (variant.storage === 'stored'))
        throw new Error(`${sent} impressions, storage ${variant.storage}`);
    },
  };
}

/** What a first visit of every user would have stored. */
function remember(records, size, contexts, segment) {
  const flags = prepare(settings(size, { segment }));
  contexts.forEach((context, user) => {
    const index = user % size;
    const { enabled, variationId } = decide(flags, flagKey(index), context);
    if (!enabled) return;
    records.set(`${flagKey(index)}_${context.id}`, storedRecord(index, context.id, variationId));
  });
}
