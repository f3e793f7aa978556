import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { VwoClientChange } from '../../lib/client/index.js';
import type { VwoClient } from '../../lib/index.js';
import {
  abTest,
  accountSettings,
  exclusiveGroup,
  feature,
  fullStackSettings,
  rollout,
  visualAb,
  VwoEdge,
} from '../../lib/entries/edge.js';
import { FME, FULL_STACK, KINDS, OFFICIAL } from './three-clients.js';

const BROKEN = { kind: 'status', status: 503 } as const;

let edge: VwoEdge;
let client: VwoClient;
beforeEach(async () => void (edge = await VwoEdge.start()));
afterEach(async () => {
  await client.close();
  await edge.close();
});

/** What a listener is told from now on. */
function told(): VwoClientChange[] {
  const changes: VwoClientChange[] = [];
  client.onChange((change) => void changes.push(change));
  return changes;
}

describe.each(KINDS)('a listener of $name', (kind) => {
  it('is told once that settings cannot be fetched, and once that they come again', async () => {
    client = kind.build(edge);
    await client.start();
    const changes = told();
    edge.fail('settings', BROKEN);
    for (let tries = 0; tries < 2; tries++) await client.refresh().catch(() => undefined);
    expect(changes).toEqual([{ kind: 'source', available: false }]);
    edge.heal();
    for (let tries = 0; tries < 2; tries++) await client.refresh();
    expect(changes.slice(1)).toEqual([{ kind: 'source', available: true }]);
  });

  it('is told that a start went on without settings, and of the first ones', async () => {
    edge.fail('settings', BROKEN);
    client = kind.build(edge, { startTimeout: 1 });
    const changes = told();
    await client.start();
    expect(client.isReady).toBe(false);
    edge.heal();
    await client.ready;
    expect(client.isReady).toBe(true);
    await client.refresh();
    expect(changes).toEqual([
      { kind: 'source', available: false },
      { kind: 'settings' },
      { kind: 'source', available: true },
    ]);
  });

  it('finds no settings before the start, nor after the close', async () => {
    client = kind.build(edge);
    expect(client.isReady).toBe(false);
    await client.start();
    expect(client.isReady).toBe(true);
    await client.close();
    expect(client.isReady).toBe(false);
  });
});

describe('new settings say which flags have changed', () => {
  const four = ['plain', 'ab', 'first', 'second'];

  const account = ({ percent = 100, group = ['first', 'second'], first = 'red' } = {}) => {
    const features = [
      feature('plain', [rollout({ percent })]),
      feature('ab', [rollout(), abTest({ variations: [{}, {}] })]),
      feature('first', [abTest({ variations: [{ variables: { colour: first } }] })]),
      feature('second', [abTest({ variations: [{}] })]),
    ];
    const groups = group.length > 0 ? [exclusiveGroup('one of them', group)] : [];
    return accountSettings({ features, groups });
  };
  const holdout = (more: object) => ({ holdouts: [{ id: 90, percentTraffic: 5, ...more }] });

  it.each<[string, object, readonly string[]]>([
    ['a rule', account({ percent: 50 }), ['plain']],
    ['a variable, and the others of the mutually exclusive group', account({ first: 'blue' }), ['first', 'second']],
    ['a group that is gone', account({ group: [] }), ['first', 'second']],
    ['a flag that is gone', { ...account(), features: account().features.filter(({ key }) => key !== 'ab') }, ['ab']],
    ['a holdout group of one', { ...account(), ...holdout({ featureIds: [2] }) }, ['ab']],
    ['a holdout group of all', { ...account(), ...holdout({ isGlobal: true }) }, four],
    ['nothing but the pace of polling', { ...account(), pollInterval: 70_000 }, []],
  ])('FME: %s', async (_what, settings, expected) => {
    edge.setSettings(account());
    client = FME.build(edge);
    await client.start();
    const changes = told();
    edge.setSettings(settings);
    await client.refresh();
    expect(changes).toEqual([{ kind: 'settings', flagsChanged: expected }]);
  });

  it("VWO's own SDK: a rule", async () => {
    edge.setSettings(account());
    client = OFFICIAL.build(edge);
    await client.start();
    const changes = told();
    edge.setSettings(account({ percent: 50 }));
    await client.refresh();
    expect(changes).toEqual([{ kind: 'settings', flagsChanged: ['plain'] }]);
  });

  const file = ({ percent = 100, grouped = false } = {}) =>
    fullStackSettings({
      campaigns: [visualAb('ab', { percent }), visualAb('other')],
      groups: grouped ? [{ name: 'one of them', campaigns: ['ab', 'other'] }] : [],
    });

  it.each<[string, object, object, readonly string[]]>([
    ['the share of a campaign', file(), file({ percent: 50 }), ['ab']],
    ['a group', file(), file({ grouped: true }), ['ab', 'other']],
    ['a campaign of a group', file({ grouped: true }), file({ grouped: true, percent: 50 }), ['ab', 'other']],
  ])('Full Stack: %s', async (_what, before, after, flagsChanged) => {
    edge.setSettingsFile(before);
    client = FULL_STACK.build(edge);
    await client.start();
    const changes = told();
    edge.setSettingsFile(after);
    await client.refresh();
    expect(changes).toEqual([{ kind: 'settings', flagsChanged }]);
  });
});
