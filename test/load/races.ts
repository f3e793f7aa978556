import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, CREDENTIALS, publish } from './account.js';
import type { ApplicationOptions } from './application.process.js';
import { ask } from './ask.js';
import { type Instance, startInstance, terminated } from './instance.js';
import { type Stage, startStage } from './stage.js';
import { storedVariations } from './stored-variations.js';

export interface RacesOptions {
  readonly instances: number;
  readonly users: number;
  readonly save: NonNullable<ApplicationOptions['save']>;
}

export interface RacesResult extends RacesOptions {
  readonly settings: number;
  /** Users whose first answers, at the same moment, were not all the same. */
  readonly differed: number;
  /** Answers to requests that began after the user's first answer, and showed something else than is stored. */
  readonly otherAfterAnswer: number;
  /** The same, of requests that began after the record was seen in Redis. */
  readonly otherAfterSave: number;
  /** From a user's first answer until the record was seen in Redis, in ms, of some users. */
  readonly savedAfter: readonly number[];
}

/** Users who are new at the same time. */
const AT_ONCE = 20;
/** Of one user in so many it is watched when the record comes. */
const WATCHED = 10;
const SETTINGS_EVERY_MS = 250;

/** The first requests of each user come to all instances at the same moment, while the settings change. */
export async function races(options: RacesOptions): Promise<RacesResult> {
  const stage = await startStage('one', 0);
  const given: ApplicationOptions = { baseUrl: stage.edge.url, place: stage.place, save: options.save };
  let running: Instance[] = [];
  try {
    running = await Promise.all(Array.from({ length: options.instances }, () => startInstance(given)));
    const settings = new ChangingSettings(stage, running);
    const [race] = await Promise.all([raced(stage, running, options).finally(() => settings.stop()), settings.run()]);
    await Promise.all(running.map(terminated));
    return { ...options, ...race, settings: settings.version };
  } finally {
    for (const { process } of running) process.signal('SIGKILL');
    await stage.close();
  }
}

type Race = Pick<RacesResult, 'differed' | 'otherAfterAnswer' | 'otherAfterSave' | 'savedAfter'>;

async function raced(stage: Stage, running: readonly Instance[], { users }: RacesOptions): Promise<Race> {
  const agent = new Agent({ keepAlive: true });
  const racers: Racer[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < users) {
      const n = next++;
      const racer = new Racer(`racer-${n}`, running, agent, n % WATCHED === 0 ? stage : undefined);
      racers.push(racer);
      await racer.run();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  agent.destroy();
  const ids = racers.map(({ id }) => id);
  const { of } = await storedVariations(stage, ids);
  const stored = new Map(ids.map((id) => [id, `${of(id, 'checkout')} ${of(id, 'search')}`]));
  const others = (racer: Racer, when: 'afterAnswer' | 'afterSave'): number =>
    racer[when].filter((shown) => shown !== stored.get(racer.id)).length;
  const sum = (when: 'afterAnswer' | 'afterSave') => racers.reduce((total, racer) => total + others(racer, when), 0);
  return {
    differed: racers.filter(({ first }) => new Set(first).size > 1).length,
    otherAfterAnswer: sum('afterAnswer'),
    otherAfterSave: sum('afterSave'),
    savedAfter: racers.flatMap(({ savedAfter }) => (savedAfter === undefined ? [] : [savedAfter])),
  };
}

/** One user. Answers are kept as the variations of both experiments. */
class Racer {
  first: readonly string[] = [];
  afterAnswer: readonly string[] = [];
  afterSave: readonly string[] = [];
  savedAfter: number | undefined;

  constructor(
    readonly id: string,
    private readonly instances: readonly Instance[],
    private readonly agent: Agent,
    /** Where the record is looked for; undefined: it is not. */
    private readonly watched: Stage | undefined,
  ) {}

  async run(): Promise<void> {
    const first = this.askAll();
    await Promise.race(first);
    const answeredAt = performance.now();
    const afterAnswer = this.askAll();
    if (this.watched) {
      await this.saved(this.watched);
      this.savedAfter = performance.now() - answeredAt;
    }
    this.first = await Promise.all(first);
    this.afterAnswer = await Promise.all(afterAnswer);
    if (this.watched) this.afterSave = await Promise.all(this.askAll());
  }

  private askAll(): Promise<string>[] {
    return this.instances.map(async ({ url }) => variationsOf(await ask(url, this.agent, this.id)));
  }

  private async saved({ admin }: Stage): Promise<void> {
    while ((await admin.exists(`vwo:${CREDENTIALS.accountId}:${CREDENTIALS.environment}:${this.id}`)) === 0)
      await pause(1);
  }
}

function variationsOf({ checkout, search }: Answer): string {
  return `${checkout[0]} ${search[0]}`;
}

/** New settings reach the instances one after the other. */
class ChangingSettings {
  version = 0;
  private isStopped = false;

  constructor(
    private readonly stage: Stage,
    private readonly instances: readonly Instance[],
  ) {}

  stop(): void {
    this.isStopped = true;
  }

  async run(): Promise<void> {
    while (!this.isStopped) {
      this.version += 1;
      publish(this.stage.edge, this.version);
      for (const { process } of this.instances) {
        process.ask('refresh');
        await pause(SETTINGS_EVERY_MS / this.instances.length);
      }
    }
  }
}
