import { setTimeout as pause } from 'node:timers/promises';
import { publish } from './account.js';
import type { ApplicationOptions, AtRest, Said } from './application.process.js';
import { Child } from './child.js';
import { sum } from './fault-report.js';
import { Load } from './load.js';
import type { Sample } from './load.process.js';
import { type Stage, startStage } from './stage.js';

export interface LongRunOptions {
  /** `near`: Redis with a near cache. */
  readonly storage: 'memory' | 'redis' | 'near';
  readonly requests: number;
  readonly users: number;
  readonly connections: number;
}

export interface LongRunResult extends LongRunOptions {
  readonly seconds: number;
  readonly failed: number;
  readonly decided: number;
  readonly stored: number;
  readonly wrong: number;
  readonly settings: number;
  readonly faults: number;
  readonly afterWarmUp: AtRest;
  readonly atEnd: AtRest;
  readonly failures: readonly string[];
}

/** Requests of the warm-up for each user, so that nearly all were here. */
const WARM_UP_PER_USER = 3;
const SETTINGS_EVERY_MS = 1_000;
/** A fault stands so long, and so long none does. */
const [FAULT_MS, CALM_MS] = [2_000, 3_000];

/** Very many requests, while the settings change and faults come and go. */
export async function longRun(options: LongRunOptions): Promise<LongRunResult> {
  const stage = await startStage('one', 0);
  const given: ApplicationOptions = {
    baseUrl: stage.edge.url,
    place: options.storage === 'memory' ? undefined : stage.place,
    nearCache: options.storage === 'near',
  };
  const application = new Child<Said>('application.process.ts', given, ['--expose-gc']);
  try {
    const { url } = await application.says((said) => said.kind === 'listens');
    const disturbance = new Disturbance(stage, application, options.storage !== 'memory');
    const { connections, users, requests } = options;
    const warmUp = Math.min(users * WARM_UP_PER_USER, Math.floor(requests / 2));
    const load = new Load({ url, connections, users, requests, pauseAfter: warmUp });
    await load.pauses();
    const afterWarmUp = await rest(application);
    const begin = performance.now();
    load.goOn();
    const [{ failures }] = await Promise.all([load.ended.finally(() => disturbance.stop()), disturbance.run()]);
    const seconds = (performance.now() - begin) / 1_000;
    const atEnd = await rest(application);
    const { settings, faults } = disturbance;
    return { ...options, seconds, ...sums(load.samples), failures, settings, faults, afterWarmUp, atEnd };
  } finally {
    application.signal('SIGKILL');
    await application.ended;
    await stage.close();
  }
}

function sums(samples: readonly Sample[]): Pick<LongRunResult, 'failed' | 'decided' | 'stored' | 'wrong'> {
  return {
    failed: sum(samples, ({ failed }) => failed),
    decided: sum(samples, ({ decided }) => decided),
    stored: sum(samples, ({ stored }) => stored),
    wrong: sum(samples, ({ wrong }) => wrong),
  };
}

async function rest(application: Child<Said>): Promise<AtRest> {
  const answer = application.says((said) => said.kind === 'rest');
  application.ask('rest');
  const { heap, resources, listeners } = await answer;
  return { heap, resources, listeners };
}

/** Other settings every second; and one fault after the other, each for a while. */
class Disturbance {
  settings = 0;
  faults = 0;
  private readonly stopping = new AbortController();

  constructor(
    private readonly stage: Stage,
    private readonly application: Child<Said>,
    private readonly hasRedis: boolean,
  ) {}

  stop(): void {
    this.stopping.abort();
  }

  /** Until it is stopped; no fault stands then. */
  async run(): Promise<void> {
    await Promise.all([this.changeSettings(), this.comeAndGo()]);
  }

  private async changeSettings(): Promise<void> {
    while (await this.waited(SETTINGS_EVERY_MS)) {
      this.settings += 1;
      publish(this.stage.edge, this.settings);
      this.application.ask('refresh');
    }
  }

  private async comeAndGo(): Promise<void> {
    const { edge, redis } = this.stage;
    const ofRedis: readonly [() => unknown, () => unknown][] = [
      [() => redis.freeze(), () => redis.thaw()],
      [() => redis.crash(), () => redis.up()],
    ];
    const kinds: readonly [() => unknown, () => unknown][] = [
      [() => edge.fail('events', { kind: 'status', status: 503 }), () => edge.heal('events')],
      [() => edge.fail('settings', { kind: 'garbage' }), () => edge.heal('settings')],
      ...(this.hasRedis ? ofRedis : []),
    ];
    for (let i = 0; await this.waited(CALM_MS); i++) {
      const [begin, end] = kinds[i % kinds.length] ?? [];
      this.faults += 1;
      await begin?.();
      await this.waited(FAULT_MS);
      await end?.();
    }
  }

  /** False when it is time to stop. */
  private async waited(ms: number): Promise<boolean> {
    await pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    return !this.stopping.signal.aborted;
  }
}
