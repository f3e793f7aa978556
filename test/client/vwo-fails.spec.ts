import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { VwoClient } from '../../lib/index.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { listener, loopback, type Loopback } from '../transport/loopback.js';
import { settle } from '../events/collector.js';
import { abSettings, abSettingsFile, FME, FULL_STACK } from './three-clients.js';

type Fault = (response: ServerResponse, good: string) => void;

const HTML = { 'content-type': 'text/html' };

/** What VWO answers instead of settings; `refused`: nobody listens. */
const FAULTS: readonly (readonly [name: string, fault: Fault | 'refused'])[] = [
  ['refuses connections', 'refused'],
  ['is silent', () => undefined],
  ['resets the connection', (response) => void response.socket?.resetAndDestroy()],
  ['answers 500', (response) => void response.writeHead(500).end('{}')],
  ['answers 403', (response) => void response.writeHead(403).end('{"message":"no such account"}')],
  ['redirects', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['answers 200 with a page of HTML', (response) => void response.writeHead(200, HTML).end('<html>maintenance</html>')],
  ['answers 200 with nothing', (response) => void response.writeHead(200).end()],
  [
    'is cut off',
    (response, good) => {
      response.writeHead(200).write(good.slice(0, 40), () => response.socket?.resetAndDestroy());
    },
  ],
  [
    'ends half of an answer',
    (response, good) => {
      response.writeHead(200, { 'content-length': good.length }).write(good.slice(0, 40), () => response.socket?.end());
    },
  ],
  [
    'sends half of an answer and no more',
    (response, good) => {
      response.writeHead(200, { 'content-length': good.length }).write(good.slice(0, 40));
    },
  ],
  ['answers with half of the JSON', (response, good) => void response.end(good.slice(0, good.length / 2))],
  ['answers null', (response) => void response.end('null')],
  ['answers with a list', (response) => void response.end('[]')],
  ['answers with another shape', (response) => void response.end('{"accountId":true,"features":7,"campaigns":"none"}')],
  ["answers with another account's", (response, good) => void response.end(good.replaceAll('123456', '654321'))],
];

/** VWO's settings of both products, until it fails. */
class FailingVwo {
  private fault: Fault | undefined;
  private readonly held = new Set<ServerResponse>();
  private constructor(private readonly http: Loopback) {}

  static async start(): Promise<FailingVwo> {
    const vwo: FailingVwo = new FailingVwo(await loopback((request, response) => vwo.answer(request, response)));
    return vwo;
  }

  get url(): string {
    return this.http.url;
  }

  /** Requests without a whole answer. */
  get holding(): number {
    return this.held.size;
  }

  async fail(fault: Fault | 'refused'): Promise<void> {
    if (fault === 'refused') await this.http.close();
    else this.fault = fault;
  }

  /** What is held is cut off. */
  async heal(): Promise<void> {
    this.fault = undefined;
    for (const response of this.held) response.destroy();
    const { server } = this.http;
    if (!server.listening)
      await new Promise<void>((done) => server.listen(Number(new URL(this.url).port), '127.0.0.1', done));
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private answer({ url = '', method }: IncomingMessage, response: ServerResponse): void {
    const isSettings = method === 'GET' && /\/server-side\/(v2-)?(settings|pull)\?/.test(url);
    const good = JSON.stringify(url.includes('/v2-') ? abSettings() : abSettingsFile());
    if (!isSettings || !this.fault) return void response.end(isSettings ? good : '{}');
    this.held.add(response);
    response.once('close', () => this.held.delete(response));
    this.fault(response, good);
  }
}

const MINUTE = 60_000;
const POLL = 10_000;

describe.each([FME, FULL_STACK])('$name, while VWO gives no settings', (kind) => {
  let vwo: FailingVwo;
  let client: VwoClient;
  const built = async () => {
    vwo = await FailingVwo.start();
    const clock = new MovedClock();
    const logger = listener();
    client = kind.build(vwo, { clock, logger, events: false, startTimeout: 5_000, pollInterval: POLL });
    const warnings = () => logger.lines.filter((line) => line.startsWith('warn: ') && /settings/i.test(line));
    const messages = () => logger.lines.filter((line) => line.startsWith('log: Settings arrive'));
    return { clock, warnings, messages, lines: logger.lines };
  };
  afterEach(async () => {
    await vwo.heal(); // what is under way ends
    await client.close();
    await vwo.close();
  });

  const isOn = async (): Promise<boolean> => {
    const visit = await client.visit({ id: 'ann' });
    const on = visit.flag('ab').isEnabled();
    await visit.end();
    return on;
  };

  it.each(FAULTS)(
    'at the start, because it %s: bounded, told once a minute, over when VWO answers',
    async (_what, fault) => {
      const { clock, warnings, messages } = await built();
      await vwo.fail(fault);
      let isStarted = false;
      void client.start().then(() => (isStarted = true));
      for (let ms = 0; ms < 5_000; ms += 250) {
        await settle();
        clock.move(250);
      }
      await until(() => isStarted); // and the clock stands
      expect([client.isReady, await isOn()]).toEqual([false, false]);
      expect(warnings()).toEqual([
        expect.stringMatching(/^warn: No settings from VWO .* within 5000 ms \(.+\)\. Every flag is off/),
      ]);
      for (let seconds = 0; seconds < 180; seconds += 2) {
        clock.move(2_000);
        await settle();
      }
      expect(warnings().length).toBeLessThanOrEqual(4);
      await vwo.heal();
      await client.refresh();
      expect([client.isReady, await isOn(), messages().length]).toEqual([true, true, 1]);
    },
  );

  it.each(FAULTS)('later, because it %s: the last good ones stay, told once a minute', async (_what, fault) => {
    const { clock, warnings, messages, lines } = await built();
    await client.start();
    expect(lines).toEqual([]);
    await vwo.fail(fault);
    const began = clock.monotonic();
    for (let polls = 1; polls <= 12; polls++) {
      const { settingsFailures: before } = client.counters();
      const hasFailed = () => client.counters().settingsFailures > before;
      clock.move(POLL);
      await until(() => hasFailed() || vwo.holding > 0);
      if (!hasFailed()) await settle();
      if (!hasFailed()) clock.move(10_000); // as long as a fetch may take
      await until(hasFailed);
      expect([client.isReady, await isOn()]).toEqual([true, true]);
      expect(client.stats().settings).toMatchObject({ available: true, source: { available: false } });
    }
    expect(warnings()[0]).toMatch(/The last good ones stay\.$/);
    expect(warnings().length).toBeLessThanOrEqual(1 + (clock.monotonic() - began) / MINUTE);
    await vwo.heal();
    await client.refresh();
    expect(messages()).toEqual([expect.stringMatching(/^log: Settings arrive from VWO .*\(account 123456\) again\.$/)]);
    expect(client.stats().settings).toMatchObject({ available: true, source: { available: true } });
    expect(await isOn()).toBe(true);
  });
});
