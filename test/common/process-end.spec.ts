import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildLib, type BuiltLib } from './child-process.js';
import { loopback, type Loopback, nobody } from '../transport/loopback.js';

/** What each process does: settings kept and polled, a queue, and what the test adds. */
const script = (url: string, work: string, startTimeout = 10_000) => `
  import { systemClock } from 'lib/common/index.js';
  import { Diagnostics } from 'lib/common/index.js';
  import { BatchSender, EventQueue } from 'lib/events/index.js';
  import { fmeBatches } from 'lib/fme/events/wire-format.js';
  import { FmeSettingsSource } from 'lib/fme/settings.source.js';
  import { SettingsKeeper } from 'lib/settings/index.js';
  import { Transport, VwoHosts } from 'lib/transport/index.js';
  const clock = systemClock;
  const say = (line) => process.stdout.write(line + '\\n');
  const diagnostics = new Diagnostics({ log: say, warn: say, error: say }, clock);
  const transport = new Transport({ clock });
  const hosts = new VwoHosts({ baseUrl: '${url}' });
  const account = { transport, hosts, accountId: '1', sdkKey: 'k' };
  const keeper = new SettingsKeeper({
    source: new FmeSettingsSource(account),
    prepare: () => ({ problems: [] }),
    startTimeout: ${startTimeout}, onStartFailure: 'continue', diagnostics, clock,
  });
  const sender = new BatchSender({ account, transport, hosts, diagnostics }, fmeBatches(account));
  const queue = new EventQueue({ sender, batchSize: 100, flushInterval: 2000, maxQueue: 10000, maxQueueBytes: 2 ** 25, diagnostics, clock });
  const event = () => ({ user: { id: 'a', uuid: 'U', sessionId: 1 }, time: Date.now(), event: { name: 'vwo_variationShown', campaignId: 1, variationId: 1 } });
  ${work}
`;

describe('a process that uses the library', () => {
  let lib: BuiltLib;
  const open: Loopback[] = [];
  beforeAll(async () => void (lib = await buildLib()));
  afterAll(() => lib.remove());
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

  /** Answers each request as said, and further ones as the last. */
  const vwo = async (...answers: ('well' | 'silence')[]) => {
    let requests = 0;
    const server = await loopback((request, response) => {
      const answer = answers[requests++] ?? answers.at(-1);
      if (answer === 'silence') return;
      request.resume().on('end', () => response.end(request.method === 'GET' ? '{"accountId":1}' : '{}'));
    });
    server.server.keepAliveTimeout = 60_000; // it is not the server that ends the connections
    open.push(server);
    return server;
  };

  it('ends by itself after close', async () => {
    const server = await vwo('well');
    const work = `
      await keeper.start();
      for (let i = 0; i < 250; i++) queue.enqueue(event());
      keeper.close(); await queue.close(5000); transport.close();
      say(JSON.stringify(diagnostics.snapshot()));`;
    const { code, out, error } = await lib.run(script(server.url, work));
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(JSON.parse(out)).toMatchObject({ settingsFetches: 1, eventsSent: 250, eventsDropped: 0 });
    expect(server.requests.filter((line) => line.startsWith('POST'))).toHaveLength(3);
  });

  it('ends by itself without close, with an event waiting, a poll to come, and connections kept', async () => {
    const server = await vwo('well');
    const work = `
      await keeper.start();
      queue.enqueue(event()); await queue.flush(); queue.enqueue(event());
      say('done');`;
    expect(await lib.run(script(server.url, work))).toEqual({ code: 0, out: 'done\n', error: '' });
  });

  it('is held by nothing after the close of a storage whose Redis is away', async () => {
    const work = `
      import { RedisStorage } from 'lib/entries/redis.js';
      const storage = new RedisStorage({ url: '${(await nobody()).replace('http', 'redis')}' });
      const scope = { accountId: '1', environment: 'live' };
      console.log(await storage.open(scope).catch(({ code }) => code));
      await new Promise(setImmediate);
      await storage.close();
      console.log(process.getActiveResourcesInfo().filter((what) => what === 'Timeout'));`;
    expect(await lib.run(work)).toEqual({ code: 0, out: 'VWO_STORAGE\n[]\n', error: '' });
  });

  it('is held by nothing after a close that did not wait for a save any longer', async () => {
    const work = `
      import { FmeClient, VwoStorage } from 'lib/entries/client.js';
      import { abTest, accountSettings, feature, rollout } from 'lib/entries/edge.js';
      class Silent extends VwoStorage {
        load() { return new Map(); }
        save() { return new Promise(() => undefined); }
      }
      const settings = accountSettings({ features: [feature('ab', [rollout(), abTest({ variations: [{}, {}] })])] });
      const logger = { error: console.log, warn: console.log, log: () => undefined };
      const client = new FmeClient({ settings, events: false, storage: new Silent(), logger, closeTimeout: 20 });
      await client.start();
      const visit = await client.visit({ id: 'ann' });
      visit.flag('ab');
      void visit.end();
      await client.close();
      console.log(process.getActiveResourcesInfo().filter((what) => what === 'Timeout'));`;
    const { code, out, error } = await lib.run(work);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/1 decisions of 1 users were not stored when the client closed\.\n\[\]\n$/);
  });

  it('lives until it knows that there are no settings, though nothing but timers is left to wait for', async () => {
    const work = `await keeper.start(); say('started, ' + typeof keeper.current);`;
    const { code, out, error } = await lib.run(script(await nobody(), work, 50));
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain('No settings from VWO (account 1) within 50 ms');
    expect(out).toContain('started, undefined\n');
  });

  it('lives until a close has drained or its deadline has passed, and says what is lost', async () => {
    const refused = await lib.run(
      script(await nobody(), `queue.enqueue(event()); await queue.close(10_000); say('closed');`),
    );
    expect(refused).toMatchObject({ code: 0, error: '' });
    expect(refused.out).toMatch(/1 events could not be sent and are lost: VWO was never reached\.\nclosed\n$/);

    const server = await vwo('well', 'silence');
    const work = `
      queue.enqueue(event()); await queue.flush(); queue.enqueue(event());
      await queue.close(50); transport.close(); say('closed');`;
    const silent = await lib.run(script(server.url, work));
    expect(silent).toMatchObject({ code: 0, error: '' });
    expect(silent.out).toMatch(/1 events could not be sent within 50 ms of closing and are lost\.\nclosed\n$/);
  });
});
