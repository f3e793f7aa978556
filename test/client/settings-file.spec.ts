import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type VwoClient, VwoSettingsError } from '../../lib/index.js';
import type { VwoEdge } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { abSettings, abSettingsFile, edgeOf, FULL_STACK, KINDS } from './three-clients.js';

let folder: string;
let edge: VwoEdge;
const built: VwoClient[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vwo-settings-'));
  await writeFile(join(folder, 'broken.json'), '{"accountId": 123456,');
  await writeFile(join(folder, 'list.json'), '[]');
  await writeFile(join(folder, 'fme.json'), JSON.stringify(abSettings()));
  await writeFile(join(folder, 'full-stack.json'), JSON.stringify(abSettingsFile()));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => void (edge = await edgeOf()));
afterEach(async () => {
  for (const client of built.splice(0)) await client.close();
  await edge.close();
});

describe.each(KINDS)('a $name whose settings are a file', (kind) => {
  /** How the start ends while the clock stands still: nothing that only time decides can happen. */
  async function outcome(file: string, onStartFailure: 'continue' | 'fail'): Promise<unknown> {
    const client = kind.build(edge, { given: join(folder, file), onStartFailure, clock: new MovedClock() });
    built.push(client);
    let ended: unknown = 'still waiting';
    const start = client.start().then(
      () => (ended = 'started'),
      (error: unknown) => (ended = error),
    );
    await until(() => client.counters().settingsFailures > 0 || ended !== 'still waiting');
    for (let turns = 0; turns < 20; turns++) await turn();
    if (ended === 'still waiting') await client.close();
    await start;
    return ended === 'started' && client.counters().settingsFailures > 0 ? 'still waiting' : ended;
  }

  it('starts with what the file says', async () => {
    expect(await outcome(kind === FULL_STACK ? 'full-stack.json' : 'fme.json', 'continue')).toBe('started');
  });

  describe.each(['continue', 'fail'] as const)("with onStartFailure: '%s'", (onStartFailure) => {
    it.each([
      ['is not there', 'nope.json'],
      ['is not JSON', 'broken.json'],
      ['holds no settings', 'list.json'],
    ])('is refused at once, naming the file, where it %s', async (_what, file) => {
      const error = await outcome(file, onStartFailure);
      expect(error).toBeInstanceOf(VwoSettingsError);
      expect((error as Error).message).toContain(file);
    });
  });
});
