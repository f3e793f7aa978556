/**
 * VWO's decision written by hand, as the limit in plain JavaScript: murmur3 and map look-ups, no library, no storage,
 * no impression. It knows the rule shapes of `account.mjs` and no others: rollout (traffic, one custom-variable segment),
 * then one A/B test (traffic, variations by ranges). What can be known before the user comes is worked out in `prepare`.
 *
 * `everyHash`: draw the user's place also where 100 % get in and the draw cannot change the answer, as VWO's algorithm
 * is spelled. Off: those draws are left out.
 */
export function prepare(settings, { everyHash = false } = {}) {
  const campaigns = new Map(settings.campaigns.map((campaign) => [campaign.id, campaign]));
  const flags = new Map();
  for (const feature of settings.features) {
    const [rollout, test] = feature.rules.map((rule) => campaigns.get(rule.campaignId));
    flags.set(feature.key, {
      plan: rollout.variations[0].segments.or?.[0].custom_variable.plan,
      rolloutPrefix: `${rollout.id}_`,
      rolloutWeight: rollout.variations[0].weight,
      rolloutDrawn: everyHash || rollout.variations[0].weight < 100,
      testPrefix: `${test.id}_`,
      testTraffic: test.percentTraffic,
      testDrawn: everyHash || test.percentTraffic < 100,
      variationPrefix: `${test.id}_${settings.accountId}_`,
      ranges: ranges(test.variations),
      rolloutFlag: flagOf(rollout.variations[0]),
    });
  }
  return flags;
}

/** The flag for one user: `{ enabled, variationId, variables }`, the same object for everybody in the same variation. */
export function decide(flags, key, user) {
  const flag = flags.get(key);
  if (flag === undefined) return OFF;
  if (flag.plan !== undefined && user.customVariables?.plan !== flag.plan) return OFF;
  if (flag.rolloutDrawn && bucket(flag.rolloutPrefix + user.id, 100) > flag.rolloutWeight) return OFF;
  if (flag.testDrawn && bucket(flag.testPrefix + user.id, 100) > flag.testTraffic) return flag.rolloutFlag;
  const place = bucket(flag.variationPrefix + user.id, 10000);
  for (const range of flag.ranges) if (place <= range.end) return range.flag;
  return flag.rolloutFlag;
}

const OFF = Object.freeze({ enabled: false, variationId: undefined, variables: Object.freeze({}) });

function ranges(variations) {
  let end = 0;
  return variations.map((variation) => {
    end += Math.ceil(variation.weight * 100);
    return { end, flag: flagOf(variation) };
  });
}

function flagOf(variation) {
  const variables = Object.fromEntries(variation.variables.map(({ key, value }) => [key, value]));
  return Object.freeze({ enabled: true, variationId: variation.id, variables: Object.freeze(variables) });
}

function bucket(key, max) {
  return Math.floor((max * murmur3(key)) / 4294967296 + 1);
}

/** murmur3, x86, 32 bit, seed 1, of an ASCII string (the user ids of this benchmark are ASCII). */
function murmur3(key) {
  const length = key.length;
  const blocks = length & ~3;
  let hash = 1;
  let i = 0;
  for (; i < blocks; i += 4) {
    let block =
      key.charCodeAt(i) | (key.charCodeAt(i + 1) << 8) | (key.charCodeAt(i + 2) << 16) | (key.charCodeAt(i + 3) << 24);
    block = Math.imul(block, 0xcc9e2d51);
    block = Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    hash ^= block;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  const rest = length & 3;
  if (rest === 3) tail ^= key.charCodeAt(i + 2) << 16;
  if (rest >= 2) tail ^= key.charCodeAt(i + 1) << 8;
  if (rest >= 1) {
    tail ^= key.charCodeAt(i);
    tail = Math.imul(tail, 0xcc9e2d51);
    hash ^= Math.imul((tail << 15) | (tail >>> 17), 0x1b873593);
  }
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
