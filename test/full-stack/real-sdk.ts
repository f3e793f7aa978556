import http from 'node:http';
import https from 'node:https';
import { EventEmitter } from 'node:events';
import sdk, { type VWOLaunchConfig, type vwoInstance } from 'vwo-node-sdk';
import { USER_AGENT } from '../../lib/transport/index.js';
import type { FullStackSettings } from '../../lib/entries/full-stack.js';

/** One request that the SDK wanted to make. */
export interface Captured {
  readonly method: string;
  readonly host: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Options = { hostname?: string; path?: string; method?: string; headers?: Record<string, string> };
type Answer = (response: EventEmitter & { statusCode: number; setEncoding(): void }) => void;

/** Node's own, which all test files of one worker share. */
const ORIGINALS = [https, http].map((module) => ({ module, request: module.request, get: module.get }));

/**
 * Stands in for `https` and `http` of the whole process: nothing that the SDK asks for leaves the machine, and every request is noted
 * and answered with 200. This library's own go where they go. `restore` puts the real ones back, whatever stood in for them before.
 */
export function captureRequests(): { readonly requests: Captured[]; restore(): void } {
  const requests: Captured[] = [];
  const request = (options: Options, answer?: Answer): EventEmitter => {
    const call = Object.assign(new EventEmitter(), { body: '', write: (text: string) => (call.body += text), end });
    function end(): void {
      const { method = 'GET', hostname: host = '', path = '', headers = {} } = options;
      requests.push({ method, host, path, headers: { ...headers }, body: call.body });
      const response = Object.assign(new EventEmitter(), { statusCode: 200, setEncoding: () => undefined });
      answer?.(response);
      response.emit('data', '{"status":"success"}');
      response.emit('end');
    }
    return call;
  };
  const get = (options: Options, answer?: Answer): EventEmitter => {
    const call = request(options, answer) as EventEmitter & { end(): void };
    call.end();
    return call;
  };
  for (const { module, request: original } of ORIGINALS) {
    const unlessOurs = (options: Options, answer?: Answer): EventEmitter =>
      options.headers?.['user-agent'] === USER_AGENT
        ? (original as (o: Options) => EventEmitter)(options)
        : request(options, answer);
    Object.assign(module, { request: unlessOurs, get });
  }
  return {
    requests,
    restore: () => ORIGINALS.forEach(({ module, request, get }) => Object.assign(module, { request, get })),
  };
}

/** The SDK as an application launches it, without what it says about its options. */
export function realSdk(settings: FullStackSettings, config: Partial<VWOLaunchConfig> = {}): vwoInstance {
  const { info } = console;
  console.info = () => undefined;
  try {
    return sdk.launch({ settingsFile: JSON.parse(JSON.stringify(settings)), ...config } as VWOLaunchConfig);
  } finally {
    console.info = info;
  }
}
