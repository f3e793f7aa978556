import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryStorage, type VwoClient, type VwoUserContext } from '../../lib/index.js';
import { type EdgeFault, type EdgePart, VwoEdge } from '../../lib/entries/edge.js';
import { MovedClock } from '../common/moved-clock.js';
import { until } from '../common/waiting.js';
import { listening, type Said } from './client.fixture.js';
import { abSettings, abSettingsFile, type ClientOptions, KINDS } from './three-clients.js';

const SDK_KEY = 'sdk-key-0123456789abcdef-that-no-log-may-show';
const ID = 'user-of-whom-no-log-may-tell@example.com';
const OTHER_ID = 'somebody-else-of-whom-no-log-may-tell';
const SECRETS = [SDK_KEY, ID, encodeURIComponent(ID), OTHER_ID];

/** A storage of an application's, whose errors name whom they are about, as those of databases do. */
class TellingStorage extends MemoryStorage {
  reads: (userId: string) => unknown = (userId) => super.load(userId, [], 'user');
  writes: (userId: string) => unknown = () => undefined;

  override load(userId: string): ReturnType<MemoryStorage['load']> {
    return this.reads(userId) as ReturnType<MemoryStorage['load']>;
  }

  override save(userId: string): void {
    return this.writes(userId) as void;
  }
}

const naming = (userId: string): Error =>
  new Error(`duplicate key: (user_id)=(${userId}) of vwo:{123456:${encodeURIComponent(userId)}} exists`);
const throwing = (userId: string): never => {
  throw naming(userId);
};
const rejecting = (userId: string): Promise<never> => Promise.reject(naming(userId));

let edge: VwoEdge;
let client: VwoClient;
let said: Said;
beforeEach(async () => {
  edge = await VwoEdge.start({ settings: settings(), settingsFile: settingsFile() });
  said = listening();
});
afterEach(async () => {
  edge.heal();
  await client.close();
  expectNoSecrets();
  await edge.close();
});

const settings = () => ({ ...abSettings(), sdkKey: SDK_KEY });
const settingsFile = () => ({ ...abSettingsFile(), sdkKey: SDK_KEY });

function expectNoSecrets(): void {
  for (const secret of SECRETS) expect(said.lines.filter((line) => line.includes(secret))).toEqual([]);
}

/** That something was said of it, and no secret. */
function expectSaid(what: RegExp): void {
  expect(said.lines.join('\n')).toMatch(what);
  expectNoSecrets();
}

async function visited(user: VwoUserContext = { id: ID }): Promise<void> {
  const visit = await client.visit(user, ['ab']);
  visit.flag('ab');
  visit.track('order');
  await visit.end();
}

describe.each(KINDS)('the log of $name shows neither the SDK key nor the id of a user', (kind) => {
  const build = (options: ClientOptions = {}): void => {
    client = kind.build(edge, {
      sdkKey: SDK_KEY,
      logger: said,
      events: { flushInterval: 60_000 },
      ...options,
    } as ClientOptions);
  };
  const started = async (options: ClientOptions = {}): Promise<void> => {
    build(options);
    await client.start();
  };

  it.each<[string, EdgeFault]>([
    ['503', { kind: 'status', status: 503 }],
    ['403', { kind: 'status', status: 403 }],
    ['no answer', { kind: 'reset' }],
    ['silence', { kind: 'silence' }],
    ['a page of HTML', { kind: 'garbage' }],
  ])('when settings are answered by %s, at the start', async (_what, fault) => {
    const clock = new MovedClock();
    edge.fail('settings', fault);
    build({ clock, startTimeout: 20_000 });
    const starting = client.start();
    await until(() => (clock.move(10_000), client.counters().settingsFailures > 0 || edge.requests.length > 0));
    clock.move(20_000);
    await starting;
    expectSaid(/No settings from/);
  });

  it.each<[string, EdgeFault]>([
    ['503', { kind: 'status', status: 503 }],
    ['403', { kind: 'status', status: 403 }],
    ['no answer', { kind: 'reset' }],
    ['a page of HTML', { kind: 'garbage' }],
  ])('when settings are answered by %s, later', async (_what, fault) => {
    await started();
    edge.fail('settings', fault);
    await client.refresh().catch(() => undefined);
    expectSaid(/could not be fetched/);
  });

  it.each<[string, unknown]>([
    ['a list that holds them', [SDK_KEY, ID]],
    ['of another shape', { ...settings(), features: SDK_KEY, campaigns: SDK_KEY, version: [SDK_KEY] }],
    ['of nothing but the key', { sdkKey: SDK_KEY }],
    ['a text', SDK_KEY],
  ])('when settings are %s', async (_what, wrong) => {
    await started();
    edge.setSettings(wrong);
    edge.setSettingsFile(wrong);
    await client.refresh().catch(() => undefined);
    expectSaid(/refused/);
  });

  it.each<[string, (userId: string) => unknown]>([
    ['throws', throwing],
    ['rejects', rejecting],
    ['answers nonsense', (userId) => `nothing known of ${userId}`],
    ['answers the record of somebody else', (_id) => new Map([['ab', { userId: OTHER_ID, featureKey: 'ab' }]])],
    [
      'answers a record that cannot be read',
      (userId) => ({ get: () => throwing(userId), keys: () => throwing(userId) }) as never,
    ],
  ])('when the storage, read, %s', async (_what, reads) => {
    const storage = new TellingStorage();
    storage.reads = reads;
    await started({ storage, closeTimeout: 100 }); // what is kept is tried again until then
    await visited();
    expectSaid(/[Ss]tor(ed|age)/);
  });

  it.each<[string, (userId: string) => unknown]>([
    ['throws', throwing],
    ['rejects', rejecting],
  ])('when the storage, written, %s', async (_what, writes) => {
    const storage = new TellingStorage();
    storage.writes = writes;
    await started({ storage, closeTimeout: 100 }); // what is kept is tried again until then
    await visited();
    expectSaid(/could not be (stored|saved)/);
  });

  it.each<[string, EdgeFault]>([
    ['403', { kind: 'status', status: 403 }],
    ['404', { kind: 'status', status: 404 }],
    ['400', { kind: 'status', status: 400 }],
    ['413', { kind: 'status', status: 413 }],
    ['503', { kind: 'status', status: 503 }],
    ['no answer', { kind: 'reset' }],
  ])('when events are answered by %s', async (_what, fault) => {
    await started();
    edge.fail('events', fault);
    await visited();
    await client.flush();
    expectSaid(/event/i);
  });

  it.each<[string, unknown]>([
    ['no text', { id: { name: ID } }],
    ['not there', { name: ID }],
    ['blank', { id: ' ' }],
    ['of half a character', { id: `${ID}\ud800` }],
    ['a list', { id: [ID] }],
    ['a function', { id: Object.assign(() => ID, { toString: () => ID }) }],
    ['an accessor that throws', Object.defineProperty({}, 'id', { get: () => throwing(ID) })],
  ])('when the id of a user is %s', async (_what, user) => {
    await started();
    await visited(user as VwoUserContext);
    client.track(user as VwoUserContext, 'order');
    expectSaid(/id/);
  });

  it('when what is tracked or set cannot be sent', async () => {
    await started();
    const visit = await client.visit({ id: ID }, ['ab']);
    const cycle: Record<string, unknown> = { of: ID };
    cycle['itself'] = cycle;
    visit.track('order', cycle);
    visit.track('order', { big: 1n });
    visit.track('unheard-of');
    visit.setAttribute({ plan: { of: ID } as never });
    visit.setAttribute({ plan: [ID] as never });
    await visit.end();
    await client.setAlias({ id: ID }, OTHER_ID);
    await client.setAlias({ id: ID }, ID);
    await client.flush();
    expectSaid(/unheard-of/);
  });

  it('when a function of the application names the user in its error', async () => {
    await started({ onDecision: (_flag, { user }) => throwing(String(user?.id)) });
    client.onChange(() => throwing(SDK_KEY.slice(0, 3)));
    await visited();
    expectSaid(/onDecision/);
  });

  it('when a flag is not there, when nothing is known yet, and once all is closed', async () => {
    build();
    client.track({ id: ID }, 'order');
    await visited();
    await client.start();
    const visit = await client.visit({ id: ID }, ['ab', 'unheard-of']);
    visit.flag('unheard-of');
    await client.close();
    await visited();
    await visit.end();
    expectSaid(/unheard-of/);
  });

  it('when it closes before everything is sent and stored', async () => {
    const storage = new TellingStorage();
    storage.writes = () => new Promise(() => undefined);
    await started({ storage, closeTimeout: 20 });
    edge.fail('events' satisfies EdgePart, { kind: 'reset' });
    void visited();
    await client.flush();
    await client.close();
    expectSaid(/lost|closed/);
  });
});
