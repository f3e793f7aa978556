import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStorage, type VwoModuleOptions, VwoService } from '../../../lib/index.js';
import { officialSdk } from '../../../lib/entries/sdk.js';
import { VwoEdge } from '../../../lib/entries/edge.js';
import { closeApps, type NestApp } from '../../e2e/nest-app.js';
import { until } from '../../common/waiting.js';
import { FakeClient } from './fake-client.js';
import { APOLLO, ask, settings, shopOn } from './graphql.shop.js';

let edge: VwoEdge;
beforeEach(async () => void (edge = await VwoEdge.start({ settings })));
afterEach(async () => {
  await closeApps();
  await edge.close();
});

const account = () => ({ accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url });

const graphql = (
  options: VwoModuleOptions = account(),
  enhancers: 'guards'[] = [],
  prefix?: string,
): Promise<NestApp> => shopOn(APOLLO, options, enhancers, prefix);

const impressionsOf = async ({ app }: NestApp, user: string): Promise<unknown[]> => {
  await app.get(VwoService).flush();
  return edge.eventsOf(user).filter(({ name }) => name === 'vwo_variationShown');
};

describe('a GraphQL query', () => {
  it('has one visit for all its fields', async () => {
    const app = await graphql();
    expect(await ask(app, '{ a b open }', 'alice')).toEqual({ data: { a: true, b: true, open: true } });
    expect(app.app.get(VwoService).counters().visits).toBe(1);
  });

  it('has every flag off for nobody', async () => {
    expect(await ask(await graphql(), '{ a b }')).toEqual({ data: { a: false, b: false } });
  });

  it('answers with the error that a gate asks for', async () => {
    const { errors } = await ask(await graphql(), '{ forbidden }', 'alice');
    expect(errors).toMatchObject([{ message: 'not yet', extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a service that a field resolver asks', () => {
  it('reads the flags of the request', async () => {
    const app = await graphql();
    const answer = await ask(app, '{ shop { name discount } }', 'gold-gina');
    expect(answer).toEqual({ data: { shop: { name: 'tea', discount: 10 } } });
    expect(await ask(app, '{ shop { discount } }', 'fred')).toEqual({ data: { shop: { discount: 0 } } });
  });

  it('reads what the other fields of the request have read, in the same visit', async () => {
    const app = await graphql();
    const query = '{ which(flag: "a") shop { variation discount } shops { variation discount } }';
    const { data, errors } = await ask(app, query, 'alice');
    expect(errors).toBeUndefined();
    const same = { variation: data?.which, discount: 0 };
    expect(data).toEqual({ which: expect.stringMatching(/blue|green/), shop: same, shops: [same, same] });
    expect(app.app.get(VwoService).counters().visits).toBe(1);
  });

  it('never meets the visit of another request, with 100 of them interleaved', async () => {
    const app = await graphql();
    const users = Array.from({ length: 100 }, (_, i) => (i % 2 ? `gold-${i}` : `user-${i}`));
    const answers = await Promise.all(users.map((user) => ask(app, '{ shops { variation discount } }', user)));
    const discounts = answers.map(({ data }) =>
      (data?.shops as { discount: number }[]).map(({ discount }) => discount),
    );
    expect(discounts).toEqual(users.map((user) => (user.startsWith('gold') ? [10, 10] : [0, 0])));
  });

  it('has what it read stored and sent, once', async () => {
    const app = await graphql();
    await ask(app, '{ shops { variation } }', 'ingrid');
    expect(await impressionsOf(app, 'ingrid')).toHaveLength(2); // the rollout and the experiment
    await ask(app, '{ shops { variation } }', 'ingrid');
    expect(await impressionsOf(app, 'ingrid')).toHaveLength(2);
    expect([...(await app.app.get(VwoService).storedDecisions('ingrid')).keys()]).toEqual(['a']);
  });

  it('reads the flags of the request also where routes have a global prefix, which is none of GraphQL’s', async () => {
    const app = await graphql(account(), [], 'api');
    const { data } = await ask(app, '{ shop { discount } }', 'gold-gina');
    expect(data).toEqual({ shop: { discount: 10 } });
  });

  it('reads nobody’s flags where nobody is known', async () => {
    expect(await ask(await graphql(), '{ shop { variation discount } }')).toEqual({
      data: { shop: { variation: 'none', discount: 0 } },
    });
  });
});

describe('a GraphQL request of many fields', () => {
  it('has one visit, which ends once, with the response', async () => {
    const client = new FakeClient(() => ({ a: {}, b: {}, gold: { discount: 10 } }));
    const app = await graphql({ client });
    const fields = Array.from({ length: 20 }, (_, i) => `f${i}: a`).join(' ');
    const { errors } = await ask(app, `{ ${fields} b shops { discount variation } }`, 'alice');
    expect(errors).toBeUndefined();
    await until(() => client.visitOnly.ends > 0, 'the end of the visit');
    expect(client.visitOnly).toMatchObject({ ends: 1, readsAfterEnd: [] });
  });

  it('listens to the end of its response a fixed number of times', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    const app = await graphql();
    await ask(app, `{ ${Array.from({ length: 30 }, (_, i) => `f${i}: a`).join(' ')} }`, 'alice');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });
});

describe('a gate in GraphQL', () => {
  it('refuses with NOT_FOUND and without a word of HTTP', async () => {
    const { data, errors } = await ask(await graphql(), '{ closed }', 'alice');
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({ path: ['closed'], extensions: { code: 'NOT_FOUND' } });
    expect(JSON.stringify(errors)).not.toMatch(/POST|\/graphql/);
  });

  it('refuses one field, and the others are answered', async () => {
    const app = await graphql(account(), ['guards']);
    const query = '{ shop { name gated } }';
    const { errors } = await ask(app, query, 'alice');
    expect(errors).toMatchObject([{ path: ['shop', 'gated'], extensions: { code: 'NOT_FOUND' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/POST|\/graphql/);
  });
});

describe('a GraphQL query whose fields each declare their own flags', () => {
  const clients: [string, () => VwoModuleOptions][] = [
    ["preload: 'declared'", () => ({ ...account(), preload: 'declared' })],
    ['the official SDK', () => ({ client: officialSdk(account()) })],
  ];

  describe.each(clients)('with %s', (_what, options) => {
    it('reads all of them', async () => {
      const app = await graphql(options());
      expect(await ask(app, '{ a b }', 'alice')).toEqual({ data: { a: true, b: true } });
      expect(await ask(app, '{ b a open }', 'bob')).toEqual({ data: { b: true, a: true, open: true } });
    });

    it('reads those of a field below, too', async () => {
      const app = await graphql(options());
      expect(await ask(app, '{ a shop { parameter } }', 'alice')).toEqual({
        data: { a: true, shop: { parameter: true } },
      });
    });

    it('decides those of a later field from what was stored', async () => {
      const storage = new MemoryStorage();
      const app = await graphql({ ...options(), storage });
      const vwo = app.app.get(VwoService);
      const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
      for (const user of users) await vwo.run({ id: user }, (visit) => visit.flag('b').variation, ['b']);
      const before = await Promise.all(users.map((user) => vwo.storedDecisions(user)));
      for (const user of users) expect(await ask(app, '{ a b }', user)).toEqual({ data: { a: true, b: true } });
      const after = await Promise.all(users.map((user) => vwo.storedDecisions(user)));
      expect(after.map((records) => records.get('b'))).toEqual(before.map((records) => records.get('b')));
      expect(await impressionsOf(app, 'user-7')).toHaveLength(4); // two of `b` at first, two of `a` then
    });

    it('keeps refusing what no field has declared, with the cure', async () => {
      const { errors } = await ask(await graphql(options()), '{ which(flag: "gold") }', 'alice');
      expect(errors![0]!.message).toContain("@UseFlags('gold')");
    });
  });
});
