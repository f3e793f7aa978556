import { type ControllerOptions, type FactoryProvider, type ModuleMetadata, VERSION_NEUTRAL } from '@nestjs/common';
import { functionOption, knownKeys, refuse, text } from '../common/index.js';
import { moduleName } from '../nest/index.js';

type VersionValue = NonNullable<ControllerOptions['version']>;

/** What may wait for configuration. */
export interface VwoWebhookSecret {
  /** As VWO shows it beside the webhook, and sends it in the header `x-vwo-auth`. Several while one replaces another: each of them is right. */
  readonly secret: string | readonly string[];
}

/** What shapes the route. */
export interface VwoWebhookRoute {
  /** Below the global prefix, where the application has one. @default 'vwo/webhook' */
  readonly path?: string;
  /** Of the route, where the application has versions. @default none: every version */
  readonly version?: VersionValue;
  /** Put on the controller, e.g. what lets it through global guards: `[Public(), SkipThrottle()]`. @default none */
  readonly decorators?: readonly ClassDecorator[];
  /** Whose settings: the `name` of a `VwoModule`. @default the one without a name */
  readonly client?: string;
}

/** What `VwoWebhookModule.forRoot` takes. */
export type VwoWebhookOptions = VwoWebhookSecret & VwoWebhookRoute;

/** What `VwoWebhookModule.forRootAsync` takes. */
export interface VwoWebhookAsyncOptions extends VwoWebhookRoute {
  readonly useFactory: (...args: any[]) => VwoWebhookSecret | Promise<VwoWebhookSecret>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** What `useFactory` is called with. */
  readonly inject?: FactoryProvider['inject'];
  /** Modules that export what `useFactory` depends on. */
  readonly imports?: ModuleMetadata['imports'];
}

export interface ResolvedRoute {
  readonly path: string;
  readonly version: VersionValue;
  readonly decorators: readonly ClassDecorator[];
  readonly client: string | undefined;
}

const ROUTE = ['path', 'version', 'decorators', 'client'] as const;

/** Refuses what `forRoot` does not know, or cannot work with, at once; the secret is for `secretsOf`. */
export function checkedWebhook(given: VwoWebhookOptions): ResolvedRoute {
  knownKeys('VwoWebhookModule.forRoot(options)', given, ['secret', ...ROUTE]);
  return route(given);
}

/** The same for `forRootAsync`; the secret comes later. */
export function checkedAsyncWebhook(given: VwoWebhookAsyncOptions): ResolvedRoute {
  knownKeys('VwoWebhookModule.forRootAsync(options)', given, [...ROUTE, 'useFactory', 'inject', 'imports']);
  functionOption('useFactory', given.useFactory, "for example () => ({ secret: '…' })");
  return route(given);
}

/** What a factory gave, checked. The error says nothing of the secret. */
export function checkedSecret(given: VwoWebhookSecret): readonly string[] {
  knownKeys('VwoWebhookModule options', given, ['secret']);
  return secretsOf(given);
}

/** At least one. */
export function secretsOf({ secret }: { readonly secret?: unknown }): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secrets.length === 0) refuse('secret', RULE, secrets, CURE);
  return secrets.map((one) => (isSecret(one) ? one : refuse('secret', RULE, kindOf(one), CURE)));
}

const RULE = "the text that VWO sends in the header 'x-vwo-auth', or a list of such texts";
const CURE = 'printable characters of ASCII, no space at either end';

/** What a header can carry unchanged. */
function isSecret(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}

/** In place of what came: it may be the secret. */
function kindOf(value: unknown): unknown {
  return typeof value === 'string' && value !== '' ? 'another text' : value;
}

function route({ path = 'vwo/webhook', version, decorators = [], client }: VwoWebhookRoute): ResolvedRoute {
  if (!Array.isArray(decorators)) refuse('decorators', 'a list of class decorators', decorators);
  for (const decorator of decorators)
    functionOption('decorators', decorator as ClassDecorator, 'each a class decorator');
  return {
    path: text('path', path),
    version: version ?? VERSION_NEUTRAL,
    decorators: decorators as readonly ClassDecorator[],
    client: moduleName(client),
  };
}

/** Whether calls of both could be meant: `/a` and `a/` are one path, and no version is every version. */
export function overlaps(one: ResolvedRoute, other: ResolvedRoute): boolean {
  if (bare(one.path) !== bare(other.path)) return false;
  const [mine, theirs] = [listed(one), listed(other)];
  return [...mine, ...theirs].includes(VERSION_NEUTRAL) || mine.some((value) => theirs.includes(value));
}

function bare(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}

function listed({ version }: ResolvedRoute): readonly unknown[] {
  return Array.isArray(version) ? version : [version];
}
