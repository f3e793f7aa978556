import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, account } from './account.js';
import type { ApplicationOptions, Said } from './application.process.js';
import { Child } from './child.js';
import type { Fault } from './faults.list.js';
import type { LoadOptions, LoadSaid, Sample } from './load.process.js';
import { type Stage, startStage } from './stage.js';
import { type Verdict, verdict } from './verdict.js';

export interface RunOptions {
  /** How long the load lasts, in s. */
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second. */
  readonly rate: number;
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
  /** From SIGTERM to the end of the process, in ms. */
  readonly endedWithin: number;
  readonly endedBy: string;
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

async function staged(fault: Fault, { seconds, connections, rate }: RunOptions, stage: Stage): Promise<RunResult> {
  const given: ApplicationOptions = { baseUrl: stage.edge.url, place: stage.place };
  const application = new Child<Said>('application.process.ts', given);
  const heard = hear(application);
  try {
    const { url, startedWithin } = await application.says((said) => said.kind === 'listens');
    const asked: LoadOptions = { url, connections, rate };
    const load = new Child<LoadSaid>('load.process.ts', asked);
    const samples: Sample[] = [];
    load.hear((said) => said.kind === 'sample' && samples.push(said.sample));
    const loadEnds = load.says((said) => said.kind === 'end');
    const times = await timeline(fault, seconds, stage, application);
    load.ask('stop');
    const { shown, failures } = await loadEnds;
    const { endedBy, endedWithin } = await terminated(application);
    const users: ReadonlyMap<string, Answer> = new Map(shown);
    const found = await verdict(stage, account(AFTER), users);
    return { fault, times, startedWithin, samples, ...heard, verdict: found, endedBy, endedWithin, failures };
  } finally {
    application.signal('SIGKILL');
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
  stage.edge.setSettings(account(AFTER));
  application.ask('refresh');
  const settings = Date.now();
  await at(1);
  return { load, begin: fault.fromStart ? load : begin, end, settings, stop: Date.now() };
}

async function terminated(application: Child<Said>): Promise<Pick<RunResult, 'endedBy' | 'endedWithin'>> {
  const begin = performance.now();
  application.signal('SIGTERM');
  const { code, signal } = await application.ended;
  return { endedBy: String(signal ?? code), endedWithin: performance.now() - begin };
}
