import { Agent } from 'node:http';
import { publish } from './account.js';
import type { ApplicationOptions } from './application.process.js';
import { ask } from './ask.js';
import { sum } from './fault-report.js';
import { type Instance, startInstance, terminated } from './instance.js';
import { startStage } from './stage.js';

export interface NoticesOptions {
  readonly instances: number;
  /** How often new settings are published. */
  readonly times: number;
}

export interface NoticesResult extends NoticesOptions {
  /** From the call of the webhook until each instance decides by the new settings, in ms: the first, which is called, and the last. */
  readonly called: readonly number[];
  readonly last: readonly number[];
  /** Requests for settings: at the start, and for the webhook. */
  readonly fetches: number;
  /** Times that settings of before were seen after those of now. */
  readonly back: number;
}

const SECRET = 'the-secret-of-the-webhook';
/** Far less than the interval between polls: instances learn by the webhook and from each other alone. */
const PATIENCE_MS = 10_000;

/** New settings are published; VWO's webhook calls one of several instances, and the others hear of them over Redis. */
export async function notices(options: NoticesOptions): Promise<NoticesResult> {
  const stage = await startStage('one', 0);
  const given: ApplicationOptions = { baseUrl: stage.edge.url, place: stage.place, webhook: SECRET };
  const agent = new Agent({ keepAlive: true });
  let running: Instance[] = [];
  try {
    running = await Promise.all(Array.from({ length: options.instances }, () => startInstance(given)));
    const called: number[] = [];
    const last: number[] = [];
    let back = 0;
    for (let version = 1; version <= options.times; version++) {
      publish(stage.edge, version);
      const one = version % running.length;
      const began = performance.now();
      await webhook(running[one] as Instance);
      const seen = await Promise.all(running.map(({ url }) => decidesBy(version, url, agent, began)));
      called.push(seen[one] ?? NaN);
      last.push(Math.max(...seen));
      for (const { url } of running) back += (await versionAt(url, agent)) === version ? 0 : 1;
    }
    const fetches = await Promise.all(running.map(fetchesOf));
    await Promise.all(running.map(terminated));
    return { ...options, called, last, fetches: sum(fetches, (count) => count), back };
  } finally {
    agent.destroy();
    for (const { process } of running) process.signal('SIGKILL');
    await stage.close();
  }
}

async function fetchesOf({ process }: Instance): Promise<number> {
  const state = process.says((said) => said.kind === 'state');
  process.ask('state');
  return (await state).counters['settingsFetches'] ?? NaN;
}

async function webhook({ url }: Instance): Promise<void> {
  const { status } = await fetch(`${url}/vwo/webhook`, { method: 'POST', headers: { 'x-vwo-auth': SECRET } });
  if (status !== 204) throw new Error(`the webhook answered ${status}`);
}

/** How long after `began` an instance decides by settings of that version, in ms: it is asked again and again. */
async function decidesBy(version: number, url: string, agent: Agent, began: number): Promise<number> {
  while ((await versionAt(url, agent)) !== version) {
    if (performance.now() - began > PATIENCE_MS) throw new Error(`${url} never heard of settings ${version}`);
  }
  return performance.now() - began;
}

let users = 0;

/** Of a user who is new, so that nothing stored decides. */
async function versionAt(url: string, agent: Agent): Promise<number> {
  const { banner } = await ask(url, agent, `reader-${users++}`);
  return banner[2];
}
