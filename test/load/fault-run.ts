import { setTimeout as pause } from 'node:timers/promises';
import { type ClientName, publish } from './account.js';
import type { Said } from './application.process.js';
import type { Child } from './child.js';
import type { Fault } from './faults.list.js';
import { type InstanceEnd, startInstance, terminated } from './instance.js';
import { Load } from './load.js';
import type { Sample } from './load.process.js';
import { type Stage, startStage } from './stage.js';
import { type Verdict, verdict } from './verdict.js';

export interface RunOptions {
  /** How long the load lasts, in s. */
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second. */
  readonly rate: number;
  readonly client: ClientName;
  /** Whether the application has a near cache, whatever the fault. */
  readonly nearCache: boolean;
}

/** Where in the run things happen, as parts of its length. */
const BEGIN = 1 / 6;
const END = 5 / 12;
const SETTINGS = 3 / 4;

/** Versions of the settings. */
const [BEFORE, AFTER] = [0, 1];

/** How often the application is asked for its counters, in ms. */
const STATE_EVERY_MS = 250;

/** Times in ms since the epoch. */
export interface RunTimes {
  readonly load: number;
  readonly begin: number;
  readonly end: number;
  readonly settings: number;
  readonly stop: number;
}

export interface State {
  readonly at: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly heap: number;
}

export interface StorageChange {
  readonly at: number;
  readonly available: boolean;
}

export interface RunResult {
  readonly fault: Fault;
  readonly times: RunTimes;
  /** How long the application took to start, in ms. */
  readonly startedWithin: number;
  readonly samples: readonly Sample[];
  readonly states: readonly State[];
  /** When the application saw its storage go and come. */
  readonly storage: readonly StorageChange[];
  readonly verdict: Verdict;
  readonly ended: InstanceEnd;
  readonly log: readonly string[];
  /** The first of the errors that requests met. */
  readonly failures: readonly string[];
}

/** One application under load, with one fault for a while. */
export async function run(fault: Fault, options: RunOptions): Promise<RunResult> {
  const stage = await startStage(fault.stage ?? 'one', BEFORE);
  try {
    if (fault.fromStart) await fault.begin(stage);
    return await staged(fault, options, stage);
  } finally {
    await stage.close();
  }
}

async function staged(
  fault: Fault,
  { seconds, connections, rate, client, nearCache }: RunOptions,
  stage: Stage,
): Promise<RunResult> {
  const begin = performance.now();
  const instance = await startInstance({
    baseUrl: stage.edge.url,
    place: stage.place,
    client,
    nearCache: nearCache || fault.nearCache === true,
  });
  const startedWithin = performance.now() - begin;
  const heard = hear(instance.process);
  try {
    const load = new Load({ url: instance.url, connections, rate, client });
    const { samples } = load;
    const times = await timeline(fault, seconds, stage, instance.process);
    if (!fault.stopsUnderLoad) await load.stop();
    const ended = await terminated(instance);
    const { shown, failures } = await load.stop();
    const found = await verdict(stage, new Map(shown), client);
    return { fault, times, startedWithin, samples, ...heard, verdict: found, ended, failures };
  } finally {
    instance.process.signal('SIGKILL');
  }
}

interface Heard {
  readonly states: State[];
  readonly storage: StorageChange[];
  readonly log: string[];
}

function hear(application: Child<Said>): Heard {
  const heard: Heard = { states: [], storage: [], log: [] };
  application.hear((said) => {
    if (said.kind === 'state') heard.states.push({ at: Date.now(), ...said });
    if (said.kind === 'storage') heard.storage.push(said);
    if (said.kind === 'log') heard.log.push(said.line);
  });
  const timer = setInterval(() => application.ask('state'), STATE_EVERY_MS);
  void application.ended.then(() => clearInterval(timer));
  return heard;
}

/** The fault comes and goes, then the settings change. */
async function timeline(fault: Fault, seconds: number, stage: Stage, application: Child<Said>): Promise<RunTimes> {
  const load = Date.now();
  const at = (part: number) => pause(Math.max(0, load + part * seconds * 1_000 - Date.now()));
  await at(BEGIN);
  const begin = Date.now();
  if (!fault.fromStart) await fault.begin(stage);
  await at(END);
  await fault.end?.(stage);
  const end = Date.now();
  await at(SETTINGS);
  publish(stage.edge, AFTER);
  application.ask('refresh');
  const settings = Date.now();
  await at(1);
  return { load, begin: fault.fromStart ? load : begin, end, settings, stop: Date.now() };
}
