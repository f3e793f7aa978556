import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { accountSettings, feature, rollout, type VwoEdge } from '../../lib/entries/edge.js';
import { VwoModule, type VwoModuleOptions } from '../../lib/index.js';
import { LogLines, type Platform } from '../e2e/nest-app.js';

export const SECRET = 'the-secret-of-the-webhook';

/** Settings of an account of which each version has a flag of that name. */
export const version = (number: number) =>
  accountSettings({ version: number, features: [feature(`v${number}`, [rollout()])] });

/** What the edge was asked for settings. */
export const fetches = ({ requests }: VwoEdge): number =>
  requests.filter(({ path }) => path.includes('settings')).length;

export const accountOf = (edge: VwoEdge, more: Partial<VwoModuleOptions> = {}) =>
  VwoModule.forRoot({
    accountId: 123456,
    sdkKey: 'test-sdk-key',
    baseUrl: edge.url,
    events: false,
    ...more,
  } as VwoModuleOptions);

export interface HookedApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly logged: LogLines;
  /** A call as VWO makes it, with this in the header. */
  post(secret?: string, path?: string, init?: RequestInit): Promise<Response>;
}

const apps: INestApplication[] = [];

export async function closeHooked(): Promise<void> {
  for (const app of apps.splice(0)) await app.close();
}

/** @param prepare called before the application listens: prefix, versions, guards */
export async function hookedApp(
  metadata: ModuleMetadata,
  platform: Platform = 'express',
  prepare: (app: INestApplication) => void = () => undefined,
): Promise<HookedApp> {
  const logged = new LogLines();
  const module = await Test.createTestingModule(metadata).setLogger(logged).compile();
  const app = module.createNestApplication(platform === 'express' ? new ExpressAdapter() : new FastifyAdapter());
  apps.push(app);
  prepare(app);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const body = JSON.stringify({
    timestamp: 1_700_000_000,
    event: 'settings_changed',
    action: 'x',
    triggered_by: 'vwo',
  });
  const post = (secret?: string, path = '/vwo/webhook', init: RequestInit = {}): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      body,
      ...init,
      headers: {
        'content-type': 'application/json',
        ...(secret !== undefined && { 'x-vwo-auth': secret }),
        ...init.headers,
      },
    });
  return { app, url, logged, post };
}
