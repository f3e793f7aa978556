import { setTimeout as pause } from 'node:timers/promises';
import { publish } from './account.js';
import type { ApplicationOptions } from './application.process.js';
import { Balancer } from './balancer.js';
import { type Instance, type InstanceEnd, startInstance, terminated } from './instance.js';
import { Load } from './load.js';
import type { Sample } from './load.process.js';
import { startStage } from './stage.js';
import { type Verdict, verdict } from './verdict.js';

export interface RollingOptions {
  readonly instances: number;
  /** How long each set of instances answers, in s. */
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second. */
  readonly rate: number;
}

export interface RollingResult {
  readonly samples: readonly Sample[];
  readonly failures: readonly string[];
  readonly ended: readonly InstanceEnd[];
  readonly verdict: Verdict;
}

/**
 * Instances behind a balancer are replaced one after the other under load: each is taken out, answers what it has, and gets
 * SIGTERM; a new one comes in its place. Settings change meanwhile, so that users keep their variations only by what is stored.
 */
export async function rollingRestart(options: RollingOptions): Promise<RollingResult> {
  const stage = await startStage('one', 0);
  const balancer = await Balancer.start();
  const given: ApplicationOptions = { baseUrl: stage.edge.url, place: stage.place };
  let running: Instance[] = [];
  try {
    running = await Promise.all(Array.from({ length: options.instances }, () => startInstance(given)));
    for (const { url } of running) balancer.add(url);
    const { connections, rate, seconds } = options;
    const load = new Load({ url: balancer.url, connections, rate });
    await pause(seconds * 1_000);
    const ended: InstanceEnd[] = [];
    for (const old of [...running]) {
      publish(stage.edge, ended.length + 1);
      for (const { process } of running) process.ask('refresh');
      const fresh = await startInstance(given);
      balancer.add(fresh.url);
      await balancer.takeOut(old.url);
      ended.push(await terminated(old));
      running = [...running.filter((one) => one !== old), fresh];
      await pause(seconds * 1_000);
    }
    const { shown, failures } = await load.stop();
    ended.push(...(await Promise.all(running.map(terminated))));
    const found = await verdict(stage, new Map(shown));
    return { samples: load.samples, failures, ended, verdict: found };
  } finally {
    for (const { process } of running) process.signal('SIGKILL');
    await balancer.stop();
    await stage.close();
  }
}
