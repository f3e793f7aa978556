import { afterEach } from '@jest/globals';
import { Diagnostics, VwoSettingsError, VwoTransportError } from '../../lib/common/index.js';
import {
  parsedJson,
  type PreparedSettings,
  SettingsKeeper,
  type SettingsKeeperOptions,
  type SettingsSource,
} from '../../lib/settings/index.js';
import type { SettingsProblem } from '../../lib/model/index.js';
import { MovedClock } from '../common/moved-clock.js';
import { listener } from '../transport/loopback.js';

/** Settings made ready, as small as they can be. `mark` tells them apart. */
export interface Marked extends PreparedSettings {
  readonly mark: string;
}

export const marked = (mark: string, more: object = {}) => ({ accountId: 123456, mark, ...more });

/** Refuses what is no object of account 123456. */
export function prepare(json: Buffer): Marked {
  const { accountId, mark, problems, pollInterval, version } = parsedJson(json) as Record<string, unknown>;
  if (accountId !== 123456) throw new VwoSettingsError(`accountId: expected 123456, got ${String(accountId)}`);
  return {
    mark: String(mark),
    problems: (problems ?? []) as readonly SettingsProblem[],
    version: version as string | number | undefined,
    pollInterval: pollInterval as number | undefined,
  };
}

/** An HTTP status other than 200, no answer at all, or what VWO answers. */
export type Answer = number | 'silence' | object;

/** A source that answers fetch number `count` (from 1) as the test says. */
export class ScriptedSource implements SettingsSource {
  readonly name: string = 'VWO (account 123456)';
  readonly changes: boolean = true;
  readonly isRetried: boolean = true;
  fetches = 0;

  constructor(private readonly answer: (count: number) => Answer) {}

  fetch(): Promise<Buffer> {
    const answer = this.answer(++this.fetches);
    if (answer === 'silence') return new Promise(() => undefined);
    if (typeof answer !== 'number') return Promise.resolve(Buffer.from(JSON.stringify(answer)));
    return Promise.reject(new VwoTransportError(`GET https://vwo.test/settings answered ${answer}`, answer));
  }
}

/** A file or an object: nothing is tried again before the start. */
export class LocalSource extends ScriptedSource {
  override readonly name = '/etc/settings.json';
  override readonly isRetried = false;
}

/** A source whose answers the test gives one by one. */
export class HeldSource implements SettingsSource {
  readonly name = 'a slow source';
  readonly changes = true;
  readonly isRetried = true;
  readonly answers: ((raw: object) => void)[] = [];

  fetch(): Promise<Buffer> {
    return new Promise((resolve) => this.answers.push((raw) => resolve(Buffer.from(JSON.stringify(raw)))));
  }
}

const keepers: { close(): void }[] = [];
afterEach(() => keepers.splice(0).forEach((keeper) => keeper.close()));

/** A keeper whose waits are drawn as long as they can be, unless the test says otherwise. */
export function keeperOf(source: SettingsSource, options: Partial<SettingsKeeperOptions<Marked>> = {}) {
  const clock = new MovedClock();
  const logger = listener();
  const diagnostics = new Diagnostics(logger, clock);
  const changes: string[] = [];
  const keeper = new SettingsKeeper<Marked>({
    source,
    prepare,
    pollInterval: undefined,
    startTimeout: 5_000,
    onStartFailure: 'continue',
    diagnostics,
    clock,
    random: () => 0,
    onChange: ({ mark }) => changes.push(mark),
    ...options,
  });
  keepers.push(keeper);
  return { keeper, clock, changes, lines: logger.lines, counted: () => diagnostics.snapshot() };
}
