/**
 * The load, in a process of its own: connections that each ask again a while after their answer, for new users and for users who
 * were here before. Says every quarter of a second what came back, and at the end what each user was shown.
 */
import { Agent } from 'node:http';
import type { Answer, ClientName } from './account.js';
import { ask } from './ask.js';
import { decidedBy } from './decided-alone.js';
import { Oracle } from './oracle.js';

export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  /** Of the application. @default 'fme' */
  readonly client?: ClientName;
  /** Requests per second, of all connections; undefined: as many as come back. */
  readonly rate?: number;
  /** These many users at random; undefined: every second request is of somebody new. */
  readonly users?: number;
  /** How many requests; undefined: until it is told to stop. */
  readonly requests?: number;
  /** After these it says `pauses`, and waits to be told to go on. */
  readonly pauseAfter?: number;
}

/** What happened in one span of time. */
export interface Sample {
  /** Its end, ms since the epoch. */
  readonly at: number;
  /** ms of each answer. */
  readonly latencies: readonly number[];
  readonly failed: number;
  /** Flags that came from rules, and from the storage. */
  readonly decided: number;
  readonly stored: number;
  /** Users who were shown another variation than before. */
  readonly flipped: number;
  /** Flags that differ from what the engine alone decides, and from what was shown before. */
  readonly wrong: number;
}

export interface LoadEnd {
  readonly kind: 'end';
  /** The last answer to each user. */
  readonly shown: readonly (readonly [user: string, answer: Answer])[];
  /** The first errors. */
  readonly failures: readonly string[];
}

export type LoadSaid = { readonly kind: 'pauses' } | { readonly kind: 'sample'; readonly sample: Sample } | LoadEnd;

/** What its parent asks for. */
export type LoadAsked = 'stop' | 'go on';

const {
  url,
  connections,
  client = 'fme',
  rate,
  users: population,
  requests,
  pauseAfter,
} = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
const SAMPLE_MS = 250;
/** A user comes back no sooner: the save of the first visit may be under way. */
const BACK_AFTER_MS = 1_000;
const PAUSE_MS = rate === undefined ? 0 : (connections / rate) * 1_000;

const agent = new Agent({ keepAlive: true, maxSockets: connections });
const shown = new Map<string, Answer>();
/** In the order of their answers. */
const users: { readonly id: string; readonly at: number }[] = [];
const failures: string[] = [];
const oracle = new Oracle(decidedBy(client));
/** Users who wait for an answer: what they are shown next depends on it. */
const underWay = new Set<string>();
let settled = 0; // users before this place were here long enough ago
let sample = emptySample();
let stopped = false;

function emptySample() {
  return { latencies: [] as number[], failed: 0, decided: 0, stored: 0, flipped: 0, wrong: 0 };
}

function nextUser(n: number): string {
  if (population === undefined) return newOrBack(n);
  for (;;) {
    const id = `user-${Math.floor(Math.random() * population)}`;
    if (!underWay.has(id)) return id;
  }
}

/** Every second request is of somebody new. */
function newOrBack(n: number): string {
  const now = Date.now();
  while (settled < users.length && now - (users[settled]?.at ?? now) > BACK_AFTER_MS) settled += 1;
  const back = n % 2 === 1 ? users[Math.floor(Math.random() * settled)] : undefined;
  return back?.id ?? `user-${n}`;
}

function took(id: string, answer: Answer): void {
  for (const [, source] of Object.values(answer)) {
    if (source === 'rules') sample.decided += 1;
    if (source === 'storage') sample.stored += 1;
  }
  sample.wrong += oracle.wrongIn(id, answer);
  const before = shown.get(id);
  if (!before) users.push({ id, at: Date.now() });
  else if (variationsOf(before) !== variationsOf(answer)) sample.flipped += 1;
  shown.set(id, answer);
}

function variationsOf(answer: Answer): string {
  return Object.values(answer)
    .map(([variation]) => variation)
    .join();
}

const say = (said: LoadSaid): void => void process.send?.(said);

/** Where all connections wait for one another, and to be let go. */
class Turnstile {
  private waiting = 0;
  private isOpen = false;
  private resolve: (() => void) | undefined;
  private readonly opened = new Promise<void>((resolve) => (this.resolve = resolve));

  async pass(): Promise<void> {
    if (this.isOpen) return;
    this.waiting += 1;
    if (this.waiting === connections) {
      agent.destroy(); // the application holds nothing of this load then
      say({ kind: 'pauses' });
    }
    await this.opened;
  }

  open(): void {
    this.isOpen = true;
    this.resolve?.();
  }
}

const turnstile = new Turnstile();
let n = 0;
async function connection(first: number): Promise<void> {
  await pause(first);
  while (!stopped && (requests === undefined || n < requests)) {
    if (pauseAfter !== undefined && n >= pauseAfter) await turnstile.pass();
    const id = nextUser(n++);
    underWay.add(id);
    const begin = performance.now();
    try {
      const answer = await ask(url, agent, id);
      sample.latencies.push(performance.now() - begin);
      took(id, answer);
    } catch (error) {
      sample.failed += 1;
      if (failures.length < 5) failures.push(String(error));
    }
    underWay.delete(id);
    await pause(PAUSE_MS - (performance.now() - begin));
  }
}

function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}

const sampling = setInterval(() => {
  say({ kind: 'sample', sample: { at: Date.now(), ...sample } });
  sample = emptySample();
}, SAMPLE_MS);

process.on('message', (asked: LoadAsked) => {
  if (asked === 'go on') turnstile.open();
  else stopped = true;
});
await Promise.all(Array.from({ length: connections }, (_, i) => connection((i * PAUSE_MS) / connections)));
clearInterval(sampling);
say({ kind: 'sample', sample: { at: Date.now(), ...sample } });
agent.destroy();
const end: LoadSaid = { kind: 'end', shown: [...shown], failures };
process.send?.(end, () => process.disconnect());
