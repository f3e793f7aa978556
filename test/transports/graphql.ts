import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, type INestApplication } from '@nestjs/common';
import { GraphQLModule, Mutation, Query, Resolver } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FlagVariable, RequireFlag, VwoUser, type VwoUserContext } from '../../lib/index.js';
import { byHttp } from './http.js';
import { compiled, type Transport } from './transport.js';
import { type Task, Work } from './work.js';

/** Each field is the JSON of an answer. */
@Resolver()
class Fields {
  constructor(private readonly work: Work) {}

  @Query(() => String)
  async who(): Promise<string> {
    return JSON.stringify(await this.work.who());
  }

  @Mutation(() => String)
  async parameters(
    @VwoUser() user: VwoUserContext | undefined,
    @FlagVariable('who', 'id', '') id: string,
  ): Promise<string> {
    return JSON.stringify(await this.work.parameters(user, id));
  }

  @Query(() => String)
  @RequireFlag('beta')
  async gated(): Promise<string> {
    return JSON.stringify(await this.work.gated());
  }

  @Mutation(() => String)
  async fails(): Promise<string> {
    return JSON.stringify(await this.work.fails());
  }

  @Query(() => String)
  async waits(): Promise<string> {
    return JSON.stringify(await this.work.waits());
  }
}

interface Answer {
  readonly data: Record<string, string> | null;
  readonly errors?: readonly { message: string; path: unknown; extensions: { code: string } }[];
}

const asked = (task: Task): string =>
  JSON.stringify({ query: `${task === 'parameters' || task === 'fails' ? 'mutation' : 'query'} { ${task} }` });

function graphql(name: string, adapter: () => ExpressAdapter | FastifyAdapter, module: () => DynamicModule): Transport {
  return {
    name,
    page: 'GraphQL (Apollo, Mercurius), queries and mutations',
    refusal: { message: 'Not Found', path: ['gated'], code: 'NOT_FOUND' },
    start: async (options) => {
      const compiledModule = await compiled(options, { imports: [module()], providers: [Fields] });
      const app: INestApplication = compiledModule.createNestApplication(adapter());
      await app.listen(0, '127.0.0.1');
      const url = `${await app.getUrl()}/graphql`;
      const ask = (task: Task, user?: string) =>
        byHttp(url, { 'content-type': 'application/json', ...(user && { 'x-user-id': user }) }, asked(task));
      return {
        app,
        send: async (task, user) => {
          const { body } = await ask(task, user).answer;
          const { data, errors } = JSON.parse(body) as Answer;
          for (const { message, path, extensions } of errors ?? []) throw { message, path, code: extensions.code };
          return JSON.parse(data?.[task] ?? '') as unknown;
        },
        leave: async (user, begun) => {
          const sent = ask('waits', user);
          await begun;
          await sent.abandon();
        },
        stop: () => app.close(),
      };
    },
  };
}

const apollo = () => GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true });
const mercurius = () => GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, autoSchemaFile: true });

export const GRAPHQL: readonly Transport[] = [
  graphql('GraphQL by Apollo on Express', () => new ExpressAdapter(), apollo),
  graphql('GraphQL by Apollo on Fastify', () => new FastifyAdapter(), apollo),
  graphql('GraphQL by Mercurius', () => new FastifyAdapter(), mercurius),
];
