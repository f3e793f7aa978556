import { afterEach, describe, expect, test } from '@jest/globals';
import { v5 } from 'uuid';
import {
  abTest,
  type AccountSettings,
  accountSettings,
  type CampaignSettings,
  feature,
  personalise,
  rollout,
  VwoEdge,
} from '../../lib/entries/edge.js';
import { clientOf } from '../client/client.fixture.js';

/** Ids that VWO's web tracker made. */
const IDS = ['D0123456789ABCDEF0123456789ABCDEF', 'Jfedcba9876543210fedcba9876543210'];

/** What VWO keeps in user lists: the hash of an id, bound to the account. */
const hashOf = (id: string): string =>
  v5(id, v5('123456', v5('https://vwo.com', v5.URL)))
    .replaceAll('-', '')
    .toUpperCase();

/** The campaigns compare hashes, as those of accounts with user lists do. */
function withUserLists(settings: AccountSettings, more: Partial<CampaignSettings> = {}): object {
  return {
    ...settings,
    campaigns: settings.campaigns.map((campaign) => ({ ...campaign, isUserListEnabled: true, ...more })),
  };
}

describe.each(IDS)("for a user whose id is VWO's web UUID %s, user lists compare its hash", (id) => {
  let edge: VwoEdge;
  let close = async (): Promise<void> => undefined;
  afterEach(async () => {
    await close();
    await edge.close();
  });

  const flagWith = async (settings: object, key: string) => {
    edge = await VwoEdge.start({ settings });
    const client = await clientOf(edge, { gateway: { url: edge.url, timeout: 2_000 } });
    close = () => client.close();
    edge.setList('vips', [hashOf(id)]);
    const visit = await client.visit({ id });
    const flag = visit.flag(key);
    await visit.end();
    await client.flush();
    return flag;
  };

  test('in `user` of a rollout', async () => {
    const rule = rollout({ segments: { or: [{ user: `somebody,${hashOf(id)}` }] } });
    const flag = await flagWith(withUserLists(accountSettings({ features: [feature('vip', [rule])] })), 'vip');
    expect(flag.isEnabled()).toBe(true);
    expect(edge.eventsOf(id).map(({ visitorId }) => visitorId)).toEqual([id]); // events keep the id
  });

  test('in `user` of a personalise rule', async () => {
    const rule = personalise({ segments: { or: [{ user: hashOf(id) }] } });
    const settings = withUserLists(accountSettings({ features: [feature('vip', [rule])] }));
    expect((await flagWith(settings, 'vip')).isEnabled()).toBe(true);
  });

  test('in `_vwoUserId`', async () => {
    const rule = personalise({ segments: { or: [{ custom_variable: { _vwoUserId: hashOf(id) } }] } });
    const settings = withUserLists(accountSettings({ features: [feature('vip', [rule])] }));
    expect((await flagWith(settings, 'vip')).isEnabled()).toBe(true);
  });

  test('in the whitelist of a variation', async () => {
    const rule = abTest({ percent: 0, variations: [{}, { forcedFor: [hashOf(id)] }] });
    const settings = withUserLists(accountSettings({ features: [feature('vip', [rule])] }));
    expect((await flagWith(settings, 'vip')).variation?.id).toBe(2);
  });

  test("in a list that VWO's gateway keeps", async () => {
    const rule = personalise({ segments: { or: [{ custom_variable: { _vwoUserId: 'inlist(vips)' } }] } });
    const settings = withUserLists(accountSettings({ features: [feature('vip', [rule])] }));
    expect((await flagWith(settings, 'vip')).isEnabled()).toBe(true);
  });

  test('while a rule without user lists compares the id', async () => {
    const rule = personalise({ segments: { or: [{ user: id }] } });
    expect((await flagWith(accountSettings({ features: [feature('vip', [rule])] }), 'vip')).isEnabled()).toBe(true);
  });
});
