import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { ForbiddenException } from '@nestjs/common';
import { Args, Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import {
  Flag,
  FlagEnabled,
  RequireFlag,
  UseFlags,
  type VwoFlag,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
} from '../../../lib/index.js';
import { abTest, accountSettings, feature, personalise, rollout } from '../../../lib/entries/edge.js';
import { type NestApp, type Platform, startApp } from '../../e2e/nest-app.js';

const both = () => abTest({ variations: [{ name: 'blue' }, { name: 'green' }] });
export const settings = accountSettings({
  features: [
    feature('a', [rollout(), both()]),
    feature('b', [rollout(), both()]),
    feature('gold', [personalise({ when: { plan: 'gold' }, variables: { discount: 10 } })]),
    feature('closed', [rollout({ percent: 0 })]),
  ],
});

@ObjectType()
class Shop {
  @Field(() => String)
  name!: string;
  @Field(() => Number)
  discount!: number;
  @Field(() => String)
  variation!: string;
  @Field(() => Boolean)
  parameter!: boolean;
  @Field(() => Boolean)
  gated!: boolean;
}

@Resolver(() => Shop)
class ShopResolver {
  constructor(private readonly vwo: VwoService) {}

  @Query(() => Shop)
  shop(): object {
    return { name: 'tea' };
  }

  @Query(() => [Shop])
  shops(): object[] {
    return [{ name: 'tea' }, { name: 'cake' }];
  }

  @Query(() => Boolean)
  a(@FlagEnabled('a') on: boolean): boolean {
    return on;
  }

  @Query(() => Boolean)
  @UseFlags('b')
  async b(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.vwo.isEnabled('b');
  }

  @Query(() => String)
  which(@Args('flag') flag: string): string {
    return this.vwo.flag(flag).variation?.key ?? 'none';
  }

  @Query(() => Boolean)
  @RequireFlag('closed')
  closed(): boolean {
    return true;
  }

  @Query(() => Boolean)
  @RequireFlag('closed', { otherwise: () => new ForbiddenException('not yet') })
  forbidden(): boolean {
    return true;
  }

  @Query(() => Boolean)
  @RequireFlag('a')
  open(): boolean {
    return true;
  }

  @ResolveField()
  discount(): number {
    return this.vwo.variable('gold', 'discount', 0);
  }

  @ResolveField()
  async variation(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.vwo.flag('a').variation?.key ?? 'none';
  }

  @ResolveField()
  @UseFlags('b')
  parameter(@Flag('b') flag: VwoFlag): boolean {
    return flag.isEnabled();
  }

  @ResolveField()
  @RequireFlag('closed')
  gated(): boolean {
    return true;
  }
}

export interface Answer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; path: unknown; extensions: Record<string, unknown> }[];
}

/** A GraphQL server that NestJS has a driver for. Those of Apollo run on both platforms, Mercurius on Fastify. */
export interface GraphqlServer {
  readonly name: string;
  readonly platform: Platform;
  /** With `guards`, they run for fields below queries too. */
  module(fieldResolverEnhancers: 'guards'[]): ReturnType<typeof GraphQLModule.forRoot>;
}

const apolloOn = (platform: Platform): GraphqlServer => ({
  name: `Apollo on ${platform}`,
  platform,
  module: (fieldResolverEnhancers) =>
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      includeStacktraceInErrorResponses: false,
      allowBatchedHttpRequests: true,
      fieldResolverEnhancers,
    }),
});

export const APOLLO = apolloOn('express');

const MERCURIUS: GraphqlServer = {
  name: 'Mercurius on fastify',
  platform: 'fastify',
  module: (fieldResolverEnhancers) =>
    GraphQLModule.forRoot<MercuriusDriverConfig>({
      driver: MercuriusDriver,
      autoSchemaFile: true,
      allowBatchedQueries: true,
      fieldResolverEnhancers,
    }),
};

export const SERVERS: readonly GraphqlServer[] = [APOLLO, apolloOn('fastify'), MERCURIUS];

/** A shop whose users come by the header `x-user-id`. */
export async function shopOn(
  { module, platform }: GraphqlServer,
  options: VwoModuleOptions,
  enhancers: 'guards'[] = [],
  prefix?: string,
): Promise<NestApp> {
  const vwoModule = VwoModule.forRoot({
    user: (context) => {
      const { req } = context.getArgByIndex<{ req: { headers: Record<string, string> } }>(2);
      const id = req.headers['x-user-id'];
      return id ? { id, customVariables: { plan: id.startsWith('gold') ? 'gold' : 'free' } } : undefined;
    },
    ...options,
  });
  const imports = [vwoModule, module(enhancers)];
  return startApp({ imports, providers: [ShopResolver] }, { platform, login: false, ...(prefix && { prefix }) });
}

/** What the server answers to a query, or to several in one request. */
export async function ask<Asked extends string | readonly string[]>(
  { get }: NestApp,
  asked: Asked,
  user?: string,
): Promise<Asked extends string ? Answer : readonly Answer[]> {
  const query = typeof asked === 'string' ? { query: asked } : asked.map((each) => ({ query: each }));
  const headers = { 'content-type': 'application/json' };
  return (await (
    await get('/graphql', user, { method: 'POST', body: JSON.stringify(query), headers })
  ).json()) as never;
}
