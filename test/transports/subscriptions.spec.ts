import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { INestApplication } from '@nestjs/common';
import { Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { PubSub } from 'graphql-subscriptions';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { until } from '../common/waiting.js';
import { FakeClient } from '../nest/request/fake-client.js';
import { FlagVariable, RequireFlag, VwoService } from '../../lib/index.js';
import { compiled } from './transport.js';

const pubsub = new PubSub();

@ObjectType()
class Tick {
  @Field(() => Number)
  n!: number;
  @Field(() => String)
  deep!: string;
  /** What the stream itself has read. */
  @Field(() => String, { nullable: true })
  own?: string;
}

@Resolver(() => Tick)
class Ticks {
  constructor(private readonly vwo: VwoService) {}

  @Query(() => Boolean)
  isOpen(): boolean {
    return true;
  }

  @Subscription(() => Tick)
  ticks(@FlagVariable('who', 'id', '') id: string): AsyncIterableIterator<unknown> {
    heard.push(id);
    return pubsub.asyncIterableIterator('ticks');
  }

  @Subscription(() => Tick)
  async *counted(): AsyncGenerator<object> {
    for (let n = 1; n <= 2; n++) yield { counted: { n, own: this.vwo.variable('who', 'id', '-') } };
  }

  /** One for all of its subscriptions. */
  private readonly same = { [Symbol.asyncIterator]: () => this.countedAs('shared') };

  @Subscription(() => Tick)
  shared(): AsyncIterable<object> {
    return this.same;
  }

  @Subscription(() => Tick, { filter: () => true })
  filtered(): AsyncGenerator<object> {
    return this.countedAs('filtered');
  }

  private async *countedAs(name: string): AsyncGenerator<object> {
    yield { [name]: { n: 1, own: this.vwo.variable('who', 'id', '-') } };
  }

  @Subscription(() => Tick)
  @RequireFlag('beta')
  gated(): AsyncIterableIterator<unknown> {
    return pubsub.asyncIterableIterator('ticks');
  }

  @ResolveField()
  async deep(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.vwo.variable('who', 'id', 'nobody');
  }
}

/** Whose subscriptions have begun. */
const heard: string[] = [];

const apollo = () =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    subscriptions: { 'graphql-ws': true },
  });
const mercurius = () =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, autoSchemaFile: true, subscription: true });

describe.each([
  { name: 'Apollo on Express', adapter: () => new ExpressAdapter(), module: apollo },
  { name: 'Apollo on Fastify', adapter: () => new FastifyAdapter(), module: apollo },
  { name: 'Mercurius', adapter: () => new FastifyAdapter(), module: mercurius },
])('a subscription by $name', ({ adapter, module }) => {
  let client: FakeClient;
  let app: INestApplication;
  let url: string;
  const connections: Client[] = [];
  beforeEach(async () => {
    heard.splice(0);
    client = new FakeClient((user) => ({ who: { id: user?.id } }));
    app = (await compiled({ client }, { imports: [module()], providers: [Ticks] })).createNestApplication(adapter());
    await app.listen(0, '127.0.0.1');
    url = `${(await app.getUrl()).replace('http', 'ws')}/graphql`;
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.dispose();
    await app.close();
  });

  /** A connection of this user, whose handshake has the header `x-user-id`. */
  function connected(user: string): Client {
    class UsersSocket extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers: { 'x-user-id': user } });
      }
    }
    const connection = createClient({ url, webSocketImpl: UsersSocket, retryAttempts: 0 });
    connections.push(connection);
    return connection;
  }

  const listening = (users: number) => until(() => heard.length === users, 'the subscriptions');
  const publish = (n: number) => pubsub.publish('ticks', { ticks: { n } });
  const valueOf = async (results: AsyncIterator<unknown>): Promise<unknown> => (await results.next()).value as unknown;

  it('has one visit, in which each event reads flags, until its client has heard enough', async () => {
    const results = connected('alice').iterate({ query: 'subscription { ticks { n deep } }' });
    for (const n of [1, 2]) {
      const value = valueOf(results);
      await listening(1);
      await until(() => client.visits.length === 1);
      await publish(n);
      expect(await value).toEqual({ data: { ticks: { n, deep: 'alice' } } });
    }
    expect(client.visitOnly).toMatchObject({ reads: ['who', 'who', 'who'], ends: 0 });
    await results.return?.();
    await until(() => client.visitOnly.ends > 0, 'the visit to end');
    expect(client.visitOnly).toMatchObject({ readsAfterEnd: [], ends: 1 });
  });

  it('has a visit of its own, also beside others by the same socket', async () => {
    const alice = connected('alice');
    const all = [alice, alice, connected('bob')].map((connection) =>
      connection.iterate({ query: 'subscription { ticks { n deep } }' }),
    );
    const values = all.map(valueOf);
    await listening(3);
    await publish(1);
    const of = (user: string) => ({ data: { ticks: { n: 1, deep: user } } });
    expect(await Promise.all(values)).toEqual([of('alice'), of('alice'), of('bob')]);
    expect(client.visits.map(({ user }) => user?.id).sort()).toEqual(['alice', 'alice', 'bob']);
    await all[0]?.return?.();
    await until(() => client.visits.some(({ ends }) => ends > 0), 'one visit to end');
    expect(client.visits.map(({ ends }) => ends).sort()).toEqual([0, 0, 1]);
  });

  it('ends its visit with a stream that ends by itself, and reads flags in it', async () => {
    const results: unknown[] = [];
    const counted = connected('alice').iterate({ query: 'subscription { counted { n deep } }' });
    for await (const result of counted) results.push(result);
    expect(results).toEqual([1, 2].map((n) => ({ data: { counted: { n, deep: 'alice' } } })));
    await until(() => client.visitOnly.ends > 0, 'the visit to end');
    expect(client.visitOnly).toMatchObject({ reads: ['who', 'who', 'who', 'who'], readsAfterEnd: [], ends: 1 });
  });

  it.each([['shared'], ['filtered']])('has its own visit where its stream is %s', async (name) => {
    for (const user of ['alice', 'bob']) {
      const results: unknown[] = [];
      for await (const result of connected(user).iterate({ query: `subscription { ${name} { own deep } }` })) {
        results.push(result);
      }
      expect(results).toEqual([{ data: { [name]: { own: user, deep: user } } }]);
    }
    await until(() => client.visits.every(({ ends }) => ends > 0), 'the visits to end');
    expect(client.visits.map(({ readsAfterEnd, ends }) => [readsAfterEnd, ends])).toEqual(Array(2).fill([[], 1]));
  });

  it('ends its visit when the socket is closed', async () => {
    const connection = connected('alice');
    const value = valueOf(connection.iterate({ query: 'subscription { ticks { n deep } }' }));
    value.catch(() => undefined);
    await listening(1);
    await connection.dispose();
    await until(() => client.visits.every(({ ends }) => ends > 0), 'the visit to end');
    expect(client.visitOnly).toMatchObject({ readsAfterEnd: [], ends: 1 });
  });

  it('is refused by a gate with the code NOT_FOUND', async () => {
    const [error] = await connected('bob')
      .iterate({ query: 'subscription { gated { n } }' })
      .next()
      .then(
        ({ value }) => (value as { errors: unknown[] }).errors,
        (errors: unknown[]) => errors,
      );
    expect(error).toMatchObject({ message: 'Not Found', extensions: { code: 'NOT_FOUND' } });
    await until(() => client.visitOnly.ends > 0, 'the visit to end');
  });
});
