import type { DynamicModule, ExecutionContext, INestApplication, ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { root } from './package.js';

export type Platform = 'express' | 'fastify';
export const PLATFORMS: readonly Platform[] = ['express', 'fastify'];

export interface Answer {
  readonly status: number;
  /** JSON as what it means, anything else as text. */
  readonly body: unknown;
}

/** An application on a free port of 127.0.0.1. */
export class Application {
  private constructor(
    readonly nest: INestApplication,
    private readonly url: string,
    /** What went through Nest's logger: `warn …`. */
    readonly lines: readonly string[],
  ) {}

  static async start(metadata: ModuleMetadata, platform: Platform = 'express'): Promise<Application> {
    const lines: string[] = [];
    const hear = (level: string) => (line: unknown) => void lines.push(`${level} ${String(line)}`);
    const logger = { log: hear('log'), warn: hear('warn'), error: hear('error') };
    const module = await Test.createTestingModule(metadata).setLogger(logger).compile();
    const nest = module.createNestApplication(platform === 'express' ? new ExpressAdapter() : new FastifyAdapter());
    open.push(nest);
    await nest.listen(0, '127.0.0.1');
    return new Application(nest, await nest.getUrl(), lines);
  }

  get vwo(): root.VwoService {
    return this.nest.get(root.VwoService);
  }

  warnings(about: string): string[] {
    return this.lines.filter((line) => line.startsWith('warn') && line.includes(about));
  }

  /** As this user, whom the header `x-user-id` names. */
  async get(path: string, userId?: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('GET', path, userId, headers);
  }

  async post(path: string, userId?: string): Promise<Answer> {
    return this.ask('POST', path, userId, {});
  }

  async json(path: string, userId?: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.get(path, userId);
    if (status === 200) return body as Record<string, unknown>;
    throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  }

  private async ask(method: string, path: string, userId: string | undefined, more: object): Promise<Answer> {
    const headers = { ...(userId !== undefined && { 'x-user-id': userId }), ...more };
    const answer = await fetch(this.url + path, { method, headers });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, body: isJson ? JSON.parse(text) : text };
  }
}

const open: INestApplication[] = [];

/** Closes every application that was started: `afterEach(closeApplications)`. */
export async function closeApplications(): Promise<void> {
  await Promise.all(open.splice(0).map((nest) => nest.close()));
}

/** The option `user`: who the header `x-user-id` names, and what the headers `x-plan` and `x-beta` say of him. */
export const byHeader: root.VwoUserResolver = (context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  const id = headers['x-user-id'];
  return id === undefined ? undefined : { id, customVariables: { plan: headers['x-plan'], beta: headers['x-beta'] } };
};

/** `VwoModule.forRoot` with the user of the headers, unless told otherwise. */
export function vwoModule(options: root.VwoModuleOptions): DynamicModule {
  return root.VwoModule.forRoot({ user: byHeader, ...options });
}
