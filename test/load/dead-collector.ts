import { setTimeout as pause } from 'node:timers/promises';
import { accountSettings, type EdgeFault, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { Child } from './child.js';
import type { TrackingOptions, TrackingSaid, TrackingState } from './dead-collector.process.js';

/** How the collector is dead: one after the other, for as long each. */
const FAULTS: readonly (EdgeFault | 'refused')[] = [
  { kind: 'status', status: 503 },
  { kind: 'silence' },
  'refused',
  { kind: 'reset' },
];
/** States that are looked at while it is dead. */
const SAMPLES = 10;
/** How long may pass from the return of the collector to the last event: a pause of the queue, and sending, in ms. */
const MOST_AFTER_MS = 90_000;

export interface DeadCollectorOptions extends Omit<TrackingOptions, 'baseUrl'> {
  readonly minutes: number;
}

export interface Sample extends TrackingState {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly fault: string;
}

export interface DeadCollectorResult {
  readonly samples: readonly Sample[];
  /** When the collector had come back, and everything was sent. */
  readonly after: TrackingState;
  /** ms from its return to then. */
  readonly recoveredIn: number;
  /** The numbers of the events that have arrived, in their order. */
  readonly arrived: readonly number[];
  /** How long `close` took, in ms. */
  readonly closedIn: number;
  /** The exit code, or the signal. */
  readonly end: string;
}

/** @param say called with each sample */
export async function deadCollector(
  { minutes, rate, maxQueue }: DeadCollectorOptions,
  say: (sample: Sample) => void,
): Promise<DeadCollectorResult> {
  const collector = await Collector.start();
  try {
    const options: TrackingOptions = { baseUrl: collector.url, rate, maxQueue };
    const process = new Child<TrackingSaid>('dead-collector.process.ts', options, ['--expose-gc']);
    await process.says((said) => said.kind === 'started');
    const samples: Sample[] = [];
    const began = performance.now();
    for (let i = 1; i <= SAMPLES; i++) {
      const fault = await collector.fail(FAULTS[Math.floor(((i - 1) * FAULTS.length) / SAMPLES)] ?? 'refused');
      await pause(began + (i * minutes * 60_000) / SAMPLES - performance.now());
      const sample = { ...(await stateOf(process)), at: (performance.now() - began) / 1_000, fault };
      samples.push(sample);
      say(sample);
    }
    process.ask('pause');
    const returned = performance.now();
    await collector.heal();
    const after = await emptied(process, returned);
    const recoveredIn = performance.now() - returned;
    process.ask('close');
    const { within: closedIn } = await process.says((said) => said.kind === 'closed');
    const { code, signal } = await process.ended;
    return { samples, after, recoveredIn, arrived: collector.arrived, closedIn, end: String(signal ?? code) };
  } finally {
    await collector.close();
  }
}

function stateOf(process: Child<TrackingSaid>): Promise<TrackingState> {
  const state = process.says((said) => said.kind === 'state');
  process.ask('state');
  return state;
}

/** The state in which nothing waits any more, or that of the time when something still does. */
async function emptied(process: Child<TrackingSaid>, since: number): Promise<TrackingState> {
  for (;;) {
    await pause(200);
    const state = await stateOf(process);
    if (state.events.waiting === 0 || performance.now() - since > MOST_AFTER_MS) return state;
  }
}

/** VWO, whose collector dies and comes back. */
class Collector {
  private constructor(private edge: VwoEdge) {}

  static async start(): Promise<Collector> {
    return new Collector(await edgeOn(0));
  }

  get url(): string {
    return this.edge.url;
  }

  /** Those of the edge that runs now: before it came back none was taken. */
  get arrived(): readonly number[] {
    return this.edge.events.filter(({ name }) => name === 'order').map(({ props }) => Number(props['number']));
  }

  /** The answer is its name. */
  async fail(fault: EdgeFault | 'refused'): Promise<string> {
    if (fault === 'refused') {
      await this.edge.close();
      return fault;
    }
    await this.reopen();
    this.edge.fail('events', fault);
    return fault.kind === 'status' ? String(fault.status) : fault.kind;
  }

  async heal(): Promise<void> {
    await this.reopen();
  }

  close(): Promise<void> {
    return this.edge.close();
  }

  /** Ends every fault, and every connection that is kept in silence. */
  private async reopen(): Promise<void> {
    await this.edge.close();
    this.edge = await edgeOn(this.edge.port);
  }
}

function edgeOn(port: number): Promise<VwoEdge> {
  const account = accountSettings({ features: [feature('checkout', [rollout()], { metrics: ['order'] })] });
  const settings = { ...account, sdkMetaInfo: { wasInitializedEarlier: true } }; // no event of the start
  return VwoEdge.start({ port, settings, keep: { events: 1_000_000, requests: 0 } });
}
