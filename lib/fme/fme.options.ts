import {
  CLIENT_OPTIONS,
  type ClientOptions,
  type ResolvedClientOptions,
  resolveClientOptions,
  settingsOption,
  type VwoIntegrations,
} from '../client/index.js';
import { functionOption, httpUrl, knownKeys, milliseconds, refuse, yesOrNo } from '../common/index.js';

/** Every option of `FmeClient`. */
export interface FmeClientOptions extends ClientOptions {
  /** Settings of your own instead of VWO's: an object of their shape, or the path of a JSON file (read again at each poll). */
  settings?: object | string;
  /**
   * VWO's gateway service: location, user agent and list membership for segments, and aliases.
   * @default none: such rules do not match
   */
  gateway?: GatewayOptions;
  /**
   * As in VWO's SDK: the gateway is asked for the id that `setAlias` has tied to a user's, and that id is decided for.
   * Needs `gateway`. @default false
   */
  aliasing?: boolean;
  /** As in VWO's SDK: told of each new decision once its flag is read, and of tracked events. What it throws is counted and logged. */
  integrations?: VwoIntegrations;
}

/** VWO's gateway service, which an account runs itself. It is asked before a visit opens, at the same time as the storage. */
export interface GatewayOptions {
  /** Its http(s) address, e.g. `http://vwo-gateway:8000`; without user name, password, query or fragment. No default. */
  url: string;
  /**
   * How long a visit waits for all its answers together, in ms, at least 1. Past it the visit goes on without: rules that need
   * them do not match, and it is counted (`gatewayFailures`) and logged. @default 100
   */
  timeout?: number;
  /** How long an answer is kept in memory, in ms, for at most 10,000 questions; 0 keeps none. @default 300,000 */
  cacheFor?: number;
}

/** The options that only FME has, with every default in place. */
export interface ResolvedFmeOptions {
  readonly client: ResolvedClientOptions;
  readonly settings: object | string | undefined;
  readonly gateway: Readonly<Required<GatewayOptions>> | undefined;
  readonly aliasing: boolean;
  readonly integrations: VwoIntegrations | undefined;
}

/** The names of all options, for whoever has to refuse unknown ones. */
export const FME_OPTIONS = [...CLIENT_OPTIONS, 'settings', 'gateway', 'aliasing', 'integrations'] as const;

/** Checks what was given and fills in the defaults. Throws `VwoOptionsError`: the option, the rule, what came. */
export function resolveFmeOptions(given: FmeClientOptions): ResolvedFmeOptions {
  knownKeys('options', given, FME_OPTIONS);
  const settings = settingsOption('settings', given.settings);
  const gateway = given.gateway === undefined ? undefined : gatewayOptions(given.gateway);
  return {
    client: resolveClientOptions(given, settings),
    settings,
    gateway,
    aliasing: aliasingOption(given.aliasing ?? false, gateway),
    integrations: given.integrations === undefined ? undefined : integrationsOption(given.integrations),
  };
}

export function integrationsOption(given: VwoIntegrations): VwoIntegrations {
  knownKeys('integrations', given, ['callback']);
  return { callback: functionOption('integrations.callback', given.callback) };
}

function gatewayOptions(given: GatewayOptions): Required<GatewayOptions> {
  knownKeys('gateway', given, ['url', 'timeout', 'cacheFor']);
  return {
    url: httpUrl('gateway.url', given.url),
    timeout: milliseconds('gateway.timeout', given.timeout ?? 100),
    cacheFor: milliseconds('gateway.cacheFor', given.cacheFor ?? 300_000, { min: 0 }),
  };
}

function aliasingOption(value: unknown, gateway: unknown): boolean {
  const aliasing = yesOrNo('aliasing', value);
  if (aliasing && !gateway)
    refuse('aliasing', 'given together with `gateway`', value, "aliases are kept by VWO's gateway");
  return aliasing;
}
