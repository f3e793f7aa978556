import type { ExecutionContext, INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { LogLines } from '../e2e/nest-app.js';
import {
  jobOf,
  messageOf,
  requestOf,
  socketOf,
  VwoModule,
  type VwoModuleOptions,
  type VwoUserContext,
} from '../../lib/index.js';
import { type Message, type Task, WORK } from './work.js';

/** An application that is reached in one way, by a real client. */
export interface Running {
  readonly app: INestApplicationContext;
  /** Work as this user; gives what the handler gives, rejects where the handler fails or a gate refuses. */
  send(task: Task, user?: string): Promise<unknown>;
  /** Asks for `waits`, and is gone once `begun` has settled, without waiting for the answer. */
  leave?(user: string, begun: Promise<void>): Promise<void>;
  /** Ends clients and application. */
  stop(): Promise<void>;
}

/** How an application that runs is reached. */
export type Reach = Pick<Running, 'send' | 'leave'>;

/** What not every way can have. */
export type Ability = 'parameters' | 'gates' | 'leaving';

export interface Transport {
  readonly name: string;
  /** What docs/transports.md calls it in its table. */
  readonly page: string;
  start(options: VwoModuleOptions): Promise<Running>;
  /** What a sender gets whom a gate refuses. */
  readonly refusal?: unknown;
  /** What does not apply, and why. */
  readonly without?: Partial<Record<Ability, string>>;
}

/** What a test may have in place of the usual handlers, and beside the one account. */
export interface OtherHandlers {
  readonly handlers?: Type;
  readonly imports?: ModuleMetadata['imports'];
  readonly providers?: ModuleMetadata['providers'];
}

/** A transport whose handlers a test may replace. */
export interface OpenTransport extends Transport {
  start(options: VwoModuleOptions, other?: OtherHandlers): Promise<Running>;
}

/** Who is it? One answer for every way. */
export function userOf(context: ExecutionContext): VwoUserContext | undefined {
  const id =
    requestOf(context)?.headers?.['x-user-id'] ??
    socketOf<{ user?: string; handshake?: { auth: { user?: string } } }>(context)?.handshake?.auth.user ??
    socketOf<{ user?: string }>(context)?.user ??
    messageOf<Message>(context)?.user ??
    jobOf<{ data: Message }>(context)?.data.user;
  return typeof id === 'string' ? { id } : undefined;
}

/** The modules of an application, put together. */
export function compiled(
  options: VwoModuleOptions,
  { imports = [], providers = [], controllers = [] }: ModuleMetadata,
): Promise<TestingModule> {
  return Test.createTestingModule({
    imports: [VwoModule.forRoot({ user: userOf, ...options }), ...imports],
    controllers,
    providers: [...WORK, ...providers],
  })
    .setLogger(new LogLines())
    .compile();
}
