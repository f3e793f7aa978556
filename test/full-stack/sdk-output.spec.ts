import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FullStackClient } from '../../lib/entries/full-stack.js';
import { featureRollout, fullStackSettings, VwoEdge } from '../../lib/entries/edge.js';
import { type Said, listening } from '../client/client.fixture.js';
import { fullStackClient, visitOf } from './full-stack.fixture.js';
import { captureRequests, realSdk } from './real-sdk.js';

/** A rollout with one variable whose value cannot be cast to its type. */
function settingsWith(type: string, value: unknown) {
  const file = fullStackSettings({ campaigns: [featureRollout('banner', { variables: { size: 3 } })] });
  const changed = JSON.parse(JSON.stringify(file));
  Object.assign(changed.campaigns[0].variables[0], { type, value });
  return changed as typeof file;
}

describe('what vwo-node-sdk has to say', () => {
  let edge: VwoEdge;
  let client: FullStackClient | undefined;
  let logger: Said;
  let written: string[];

  beforeEach(async () => {
    logger = listening();
    written = [];
    const note = (...args: unknown[]): void => void written.push(args.map(String).join(' '));
    for (const method of ['error', 'warn', 'info', 'log', 'debug'] as const) {
      jest.spyOn(console, method).mockImplementation(note);
    }
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => (note(text), true));
    edge = await VwoEdge.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await client?.close();
    client = undefined;
    await edge.close();
  });

  async function readVariable(type: string, value: unknown): Promise<unknown> {
    edge.setSettingsFile(settingsWith(type, value));
    client = await fullStackClient(edge, { logger });
    return (await visitOf(client, 'ann')).flag('banner').getVariable('size', 'default');
  }

  it.each<[string, unknown]>([
    ['integer', 'x'],
    ['double', 'x'],
    ['json', '{x'],
    ['integer', null],
  ])('goes to the logger and never to the console: a variable of type %s with the value %j', async (type, value) => {
    expect(await readVariable(type, value)).toBe('default');
    expect(written).toEqual([]);
    expect(logger.lines.filter((line) => line.startsWith('warn') && line.includes(type))).toHaveLength(1);
  });

  it('is nothing where all is well', async () => {
    expect(await readVariable('integer', 5)).toBe(5);
    expect([written, logger.lines.filter((line) => line.startsWith('warn'))]).toEqual([[], []]);
  });

  describe("beside an SDK of the application's own, which has a logger", () => {
    let network: ReturnType<typeof captureRequests>;
    let own: ReturnType<typeof realSdk>;
    let heard: string[];

    beforeEach(() => {
      heard = [];
      const logging = { logger: { log: (_level: number, message: string) => void heard.push(message) } };
      own = realSdk(settingsWith('integer', 'own'), { logging } as object);
      network = captureRequests();
    });
    afterEach(() => network.restore());

    /** The SDK of the application says that its value cannot be cast. */
    function ownComplaints(): string[] {
      heard.length = 0;
      own.getFeatureVariableValue('banner', 'size', 'ann');
      return heard.filter((message) => message.includes('own'));
    }

    it('does not go to that logger', async () => {
      network.restore();
      heard.length = 0;
      await readVariable('integer', 'x');
      expect(heard).toEqual([]);
      expect(logger.lines.filter((line) => line.startsWith('warn') && line.includes('integer'))).toHaveLength(1);
    });

    it('leaves that logger in its place', async () => {
      expect(ownComplaints()).toHaveLength(1);
      network.restore();
      await readVariable('integer', 5);
      expect(ownComplaints()).toHaveLength(1);
    });
  });
});
