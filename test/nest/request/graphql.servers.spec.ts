import { afterEach, describe, expect, it } from '@jest/globals';
import { closeApps, type NestApp } from '../../e2e/nest-app.js';
import { until } from '../../common/waiting.js';
import { FakeClient, type Flags } from './fake-client.js';
import { ask, SERVERS, shopOn } from './graphql.shop.js';

afterEach(closeApps);

const FLAGS: Flags = { a: { variation: 'blue' }, b: {} };

describe.each(SERVERS)('one request to $name', (server) => {
  let client: FakeClient;
  const shop = (flagsOf: (id: string) => Flags = () => FLAGS, enhancers: 'guards'[] = []): Promise<NestApp> => {
    client = new FakeClient((user) => (user ? flagsOf(user.id) : {}));
    return shopOn(server, { client }, enhancers);
  };
  const over = (): Promise<void> => until(() => client.visits.every(({ ends }) => ends > 0), 'the end of the visits');

  /** The request had one visit, which ended when everything was read. */
  async function expectOneVisit(): Promise<void> {
    await over();
    expect(client.visits.map(({ ends, readsAfterEnd }) => ({ ends, readsAfterEnd }))).toEqual([
      { ends: 1, readsAfterEnd: [] },
    ]);
  }

  it('has one visit for its queries, their fields below, parameters and services', async () => {
    const query = '{ a b which(flag: "a") shop { name variation parameter discount } shops { variation } }';
    expect(await ask(await shop(), query, 'alice')).toEqual({
      data: {
        a: true,
        b: true,
        which: 'blue',
        shop: { name: 'tea', variation: 'blue', parameter: true, discount: 0 },
        shops: [{ variation: 'blue' }, { variation: 'blue' }],
      },
    });
    await expectOneVisit();
  });

  it('has one visit where only fields below read flags, a moment later', async () => {
    expect(await ask(await shop(), '{ shops { variation } }', 'alice')).toEqual({
      data: { shops: [{ variation: 'blue' }, { variation: 'blue' }] },
    });
    await expectOneVisit();
  });

  it('has one visit for many fields and gates', async () => {
    const fields = Array.from({ length: 20 }, (_, i) => `a${i}: a open${i}: open`).join(' ');
    const { data, errors } = await ask(await shop(), `{ ${fields} shop { variation } }`, 'alice');
    expect(errors).toBeUndefined();
    expect(Object.values(data ?? {})).toEqual([...Array<boolean>(40).fill(true), { variation: 'blue' }]);
    await expectOneVisit();
  });

  it('has one visit for several queries that come in it', async () => {
    const answers = await ask(await shop(), ['{ a }', '{ b shop { variation } }', '{ open }'], 'alice');
    expect(answers).toEqual([
      { data: { a: true } },
      { data: { b: true, shop: { variation: 'blue' } } },
      { data: { open: true } },
    ]);
    await expectOneVisit();
  });

  it('has one visit where a gate refuses a query, and one where it refuses a field below', async () => {
    const app = await shop(undefined, ['guards']);
    const { data, errors } = await ask(app, '{ closed shop { name } }', 'alice');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['closed'], message: 'Not Found', extensions: { code: 'NOT_FOUND' } }]);
    await expectOneVisit();
    const below = await ask(app, '{ shop { gated name } }', 'bob');
    expect(below.errors).toMatchObject([{ path: ['shop', 'gated'], extensions: { code: 'NOT_FOUND' } }]);
    await over();
    expect(client.visits.map(({ user }) => user?.id)).toEqual(['alice', 'bob']);
  });

  it('answers with the error that a gate asks for', async () => {
    const { errors } = await ask(await shop(), '{ forbidden }', 'alice');
    expect(errors).toMatchObject([{ path: ['forbidden'], message: 'not yet' }]);
  });

  it('has every flag off for nobody', async () => {
    const query = '{ a which(flag: "a") shop { variation } }';
    expect(await ask(await shop(), query)).toEqual({ data: { a: false, which: 'none', shop: { variation: 'none' } } });
  });

  it('never meets the visit of another one, with 50 of them interleaved', async () => {
    const app = await shop((id) => ({ a: { variation: id } }));
    const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);
    const answers = await Promise.all(users.map((user) => ask(app, '{ which(flag: "a") shop { variation } }', user)));
    expect(answers).toEqual(users.map((user) => ({ data: { which: user, shop: { variation: user } } })));
    await over();
    expect(client.visits).toHaveLength(50);
    expect(client.visits.flatMap(({ readsAfterEnd }) => readsAfterEnd)).toEqual([]);
  });
});
