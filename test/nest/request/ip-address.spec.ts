import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type ExecutionContext, Get, type INestApplication } from '@nestjs/common';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  FlagEnabled,
  VwoModule,
  type VwoModuleOptions,
  VwoService,
  VwoUser,
  type VwoUserContext,
} from '../../../lib/index.js';
import { accountSettings, feature, rollout, VwoEdge } from '../../../lib/entries/edge.js';
import { type Platform, PLATFORMS } from '../../e2e/nest-app.js';

const HOME = { or: [{ ip_address: '127.0.0.1' }, { ip_address: '203.0.113.7' }] };
const settings = accountSettings({
  features: [
    feature('at-home', [rollout({ segments: { and: [HOME] } })]),
    feature('abroad', [rollout({ segments: { not: HOME } })]),
  ],
});

@Controller()
class Where {
  @Get()
  where(
    @FlagEnabled('at-home') home: boolean,
    @FlagEnabled('abroad') abroad: boolean,
    @VwoUser() user: VwoUserContext,
  ): object {
    return { home, abroad, ipAddress: user.ipAddress };
  }
}

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'));
const ALL_ADDRESSES = hasIpv6 ? '::' : '0.0.0.0';

/** An application that takes requests over IPv4 and IPv6 on one socket, and trusts its proxy. */
async function dualStack(
  platform: Platform,
  edge: VwoEdge,
  user?: VwoModuleOptions['user'],
): Promise<INestApplication> {
  const account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
  const vwoModule = VwoModule.forRoot({ ...account, user: user ?? (() => ({ id: 'alice' })) });
  const module = await Test.createTestingModule({ imports: [vwoModule], controllers: [Where] }).compile();
  const express = platform === 'express';
  const app = module.createNestApplication(express ? new ExpressAdapter() : new FastifyAdapter({ trustProxy: true }));
  if (express) (app as NestExpressApplication).set('trust proxy', true);
  await app.listen(0, ALL_ADDRESSES);
  return app;
}

describe.each(PLATFORMS)('the IP address of a request to %s on IPv4 and IPv6', (platform) => {
  let edge: VwoEdge;
  let app: INestApplication | undefined;
  beforeAll(async () => void (edge = await VwoEdge.start({ settings })));
  afterEach(async () => {
    await app?.close();
    edge.clear();
  });
  afterAll(() => edge.close());

  async function where(headers: Record<string, string> = {}, user?: VwoModuleOptions['user']): Promise<unknown> {
    app = await dualStack(platform, edge, user);
    const { port } = app.getHttpServer().address() as { port: number };
    return (await fetch(`http://127.0.0.1:${port}/`, { headers })).json();
  }

  it('matches rules on IPv4 addresses, and VWO is told that address', async () => {
    expect(await where()).toEqual({ home: true, abroad: false, ipAddress: '127.0.0.1' });
    await app!.get(VwoService).flush();
    const told = edge.eventsOf('alice').map(({ raw }) => (raw.d as { visitor_ip: string }).visitor_ip);
    expect(new Set(told)).toEqual(new Set(['127.0.0.1']));
  });

  it.each([['::ffff:203.0.113.7'], ['::FFFF:203.0.113.7'], ['::ffff:203.0.113.7, 10.0.0.1']])(
    'is plain IPv4 from a trusted proxy that writes it as IPv6: %s',
    async (address) => {
      const expected = { home: true, abroad: false, ipAddress: '203.0.113.7' };
      expect(await where({ 'x-forwarded-for': address })).toEqual(expected);
    },
  );

  it('is plain IPv4 where the option `user` hands it on', async () => {
    const user = (context: ExecutionContext): VwoUserContext => {
      return { id: 'alice', ipAddress: context.switchToHttp().getRequest<{ ip: string }>().ip };
    };
    expect(await where({}, user)).toEqual({ home: true, abroad: false, ipAddress: '127.0.0.1' });
  });

  it.each([
    ['203.0.113.7', true],
    ['2001:db8::7', false],
    ['198.51.100.1', false],
  ])('stays what it is: %s', async (ipAddress, home) => {
    expect(await where({ 'x-forwarded-for': ipAddress })).toEqual({ home, abroad: !home, ipAddress });
  });
});
