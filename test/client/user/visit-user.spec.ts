import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VwoUserContext } from '../../../lib/index.js';
import {
  abTest,
  accountSettings,
  feature,
  fullStackSettings,
  personalise,
  rollout,
  visualAb,
  VwoEdge,
} from '../../../lib/entries/edge.js';
import { MovedClock } from '../../common/moved-clock.js';
import { closeStarted, FME, OFFICIAL, PRODUCTS, startedOn } from '../products.fixture.js';

/** `ab` for everybody, `gold` for whoever has the tag. */
const edgeFor = () =>
  VwoEdge.start({
    settings: accountSettings({
      features: [
        feature('ab', [rollout(), abTest({ variations: [{}, {}] })], { metrics: ['order'] }),
        feature('gold', [personalise({ when: { tags: 'gold' } })]),
      ],
    }),
    settingsFile: fullStackSettings({
      campaigns: [visualAb('ab', { goals: ['order'] }), visualAb('gold', { when: { tags: 'gold' } })],
    }),
  });

let edge: VwoEdge;
beforeEach(async () => void (edge = await edgeFor()));
afterEach(async () => {
  await closeStarted();
  await edge.close();
});

describe("a visit's user stays who it was when the visit opened", () => {
  test.each([FME])(
    '$name: values inside of custom variables that are changed afterwards decide nothing',
    async (product) => {
      const client = await startedOn(edge, product);
      const tags = ['gold'];
      const visit = await client.visit({ id: 'ann', customVariables: { tags } });
      tags.length = 0;
      expect(visit.flag('gold').isEnabled()).toBe(true);
      await visit.end();
    },
  );

  test.each(PRODUCTS)('$name: nothing of `visit.user` can be changed, however deep', async (product) => {
    const client = await startedOn(edge, product);
    const given = { id: 'ann', customVariables: { tags: ['gold'] }, metaData: { of: { page: 1 } } };
    const visit = await client.visit(given);
    const user = visit.user as unknown as typeof given;
    const { customVariables, metaData } = user;
    expect([Reflect.set(user, 'id', 'bob'), Reflect.deleteProperty(user, 'metaData')]).toEqual([false, false]);
    expect([Reflect.set(user, 'more', 1), Object.isFrozen(user)]).toEqual([false, true]);
    Reflect.set(customVariables, 'tags', []);
    Reflect.set(customVariables.tags, 0, 'none');
    Reflect.set(metaData.of, 'page', 2);
    await visit.end();
    expect(visit.user).toMatchObject({
      id: 'ann',
      customVariables: { tags: ['gold'] },
      metaData: { of: { page: 1 } },
    });
  });
});

describe('what a user context says of session and bucketing', () => {
  test.each([FME])('$name: a `sessionId` of 0 counts as none: the second of the visit is sent', async (product) => {
    const clock = new MovedClock();
    const client = await startedOn(edge, product, { clock });
    const visit = await client.visit({ id: 'ann', sessionId: 0 });
    visit.flag('ab');
    await visit.end();
    await client.flush();
    const sessions = edge.eventsOf('ann').map(({ raw }) => (raw['d'] as { sessionId: number }).sessionId);
    expect(new Set(sessions)).toEqual(new Set([Math.floor(clock.now() / 1000)]));
  });

  test.each([OFFICIAL])('$name: a `sessionId` of 0 counts as none', async (product) => {
    const client = await startedOn(edge, product);
    const visit = await client.visit({ id: 'ann', sessionId: 0 });
    visit.flag('ab');
    await visit.end();
    await client.flush();
    for (const { raw } of edge.eventsOf('ann')) {
      expect((raw['d'] as { sessionId: number }).sessionId).toBeGreaterThan(1_600_000_000);
    }
    expect(edge.eventsOf('ann')).not.toEqual([]);
  });

  test.each<[string, unknown]>([
    ['a number', 42],
    ['an object', {}],
    ['a list', []],
    ['blanks', '  '],
  ])('a `bucketingSeed` that is %s is no seed: users are bucketed by their ids', async (_what, seed) => {
    const client = await startedOn(edge, FME);
    const variationOf = async (id: string, bucketingSeed?: unknown) => {
      const visit = await client.visit({ id, bucketingSeed } as VwoUserContext);
      return visit.flag('ab').variation; // never ended: nothing is stored
    };
    const ids = Array.from({ length: 40 }, (_, i) => `user-${i}`);
    const without = await Promise.all(ids.map((id) => variationOf(id)));
    expect(new Set(without.map((variation) => variation?.id)).size).toBe(2);
    expect(await Promise.all(ids.map((id) => variationOf(id, seed)))).toEqual(without);
  });
});
