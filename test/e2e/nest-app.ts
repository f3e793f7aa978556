import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type INestApplication,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { VwoClient, type VwoClientFactory, VwoStorage } from '../../lib/index.js';
import { startClient } from '../../lib/nest/vwo.lifecycle.js';
import { type ResolvedVwoOptions, VWO_OPTIONS } from '../../lib/nest/vwo.options.js';

export type Platform = 'express' | 'fastify';
export const PLATFORMS: readonly Platform[] = ['express', 'fastify'];

/** Logs in whoever the header `x-user-id` names, as an application's own guard would. */
@Injectable()
export class LoginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: { id: string } }>();
    const id = request.headers['x-user-id'];
    if (id) request.user = { id };
    return true;
  }
}

/** Every line that went through Nest's logger. */
export class LogLines {
  readonly lines: string[] = [];
  readonly log = (line: unknown): void => void this.lines.push(`log ${String(line)}`);
  readonly warn = (line: unknown): void => void this.lines.push(`warn ${String(line)}`);
  readonly error = (line: unknown): void => void this.lines.push(`error ${String(line)}`);

  warnings(about: string): string[] {
    return this.lines.filter((line) => line.startsWith('warn') && line.includes(about));
  }
}

export interface NestApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly logged: LogLines;
  /** `get('/checkout', 'alice')`: as this user, logged in by the header. */
  get(path: string, userId?: string, init?: RequestInit): Promise<Response>;
}

const started: INestApplication[] = [];
let otherClient: VwoClientFactory | undefined;

/** From now on every application runs on this client, unless it brings one: the suites are promises of every client. */
export function onClient(factory: VwoClientFactory): void {
  otherClient = factory;
}

function withClient(builder: TestingModuleBuilder): TestingModuleBuilder {
  if (!otherClient) return builder;
  const factory = (options: ResolvedVwoOptions, storage: VwoStorage): Promise<VwoClient> =>
    startClient({ ...options, client: options.client ?? otherClient }, storage);
  return builder.overrideProvider(VwoClient).useFactory({ factory, inject: [VWO_OPTIONS, VwoStorage] });
}

/** Closes what `startApp` has started: `afterEach(closeApps)`, so that a test that fails leaves nothing open either. */
export async function closeApps(): Promise<void> {
  for (const app of started.splice(0)) await app.close();
}

/** A real application on a free port of loopback, closed by `closeApps`. */
export async function startApp(
  metadata: ModuleMetadata,
  { platform = 'express', login = true, prefix = '' }: { platform?: Platform; login?: boolean; prefix?: string } = {},
): Promise<NestApp> {
  const logged = new LogLines();
  const providers = [...(metadata.providers ?? []), ...(login ? [{ provide: APP_GUARD, useClass: LoginGuard }] : [])];
  const builder = Test.createTestingModule({ ...metadata, providers }).setLogger(logged);
  const module = await withClient(builder).compile();
  const app = module.createNestApplication(platform === 'express' ? new ExpressAdapter() : new FastifyAdapter());
  started.push(app);
  if (prefix) app.setGlobalPrefix(prefix);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const get = (path: string, userId?: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url + path, { ...init, headers: { ...(userId && { 'x-user-id': userId }), ...init.headers } });
  return { app, url, logged, get };
}

/** A promise and the key to it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
