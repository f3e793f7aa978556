/**
 * The floor, written by hand: the parts of a payload that do not change are text, a user's UUID is one SHA-1, one POST after the
 * other on a connection that is kept. No bounds, no deadline, no repeat, no order but that of the list.
 */
import { hash } from 'node:crypto';
import { ACCOUNT_ID, SDK_KEY } from '../../account.mjs';
import { decided, NOW } from '../impressions.mjs';

const SDK = '"vwo_sdkName":"vwo-fme-node-sdk","vwo_sdkVersion":"1.60.0"';
const PATH = `/server-side/batch-events-v2?a=${ACCOUNT_ID}&env=${SDK_KEY}&sn=vwo-fme-node-sdk&sv=1.60.0`;
const HEADERS = { 'content-type': 'application/json', 'user-agent': 'nestjs-vwo', authorization: SDK_KEY };

export async function open({ url, client, batch }) {
  const { post } = await import(`./post-by-${client}.mjs`);
  const send = await post(url);
  const uuidOf = uuids(String(ACCOUNT_ID));
  let people = [];

  function* texts() {
    for (const { id, shown } of people) {
      const uuid = uuidOf(id);
      const who = `{"d":{"msgId":"${uuid}-${NOW}","visId":"${uuid}","sessionId":${NOW / 1000},"visitor_ua":"","visitor_ip":"","event":{"props":{${SDK},"vwo_envKey":"${SDK_KEY}","id":`;
      for (const { id: campaign, variation } of shown) {
        yield `${who}${campaign},"variation":${variation},"isFirst":1},"name":"vwo_variationShown","time":${NOW}},"visitor":{"props":{"vwo_fs_environment":"${SDK_KEY}"}}}}`;
      }
    }
  }

  return {
    fill(count) {
      people = decided(count);
    },
    async deliver() {
      let list = [];
      for (const text of texts()) {
        list.push(text);
        if (list.length < batch) continue;
        await flush(list);
        list = [];
      }
      if (list.length > 0) await flush(list);
    },
  };

  async function flush(list) {
    const status = await send(PATH, HEADERS, `{"ev":[${list.join(',')}]}`);
    if (status !== 200) throw new Error(`answered ${status}`);
  }
}

/** VWO's UUID of a user: SHA-1 of the account's namespace and the id, as RFC 9562 has it. */
function uuids(accountId) {
  const named = (namespace, name) => hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'buffer');
  const versioned = (digest) => {
    const uuid = digest.subarray(0, 16);
    uuid[6] = (uuid[6] & 0x0f) | 0x50;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
    return uuid;
  };
  const urls = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
  const account = versioned(named(versioned(named(urls, 'https://vwo.com')), accountId));
  return (id) => versioned(named(account, id)).toString('hex').toUpperCase();
}
