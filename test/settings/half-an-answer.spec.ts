import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VwoEdge } from '../../lib/entries/edge.js';
import {
  closeStarted,
  FME,
  FULL_STACK,
  OFFICIAL,
  orderEdge,
  orderSettings,
  orderSettingsFile,
  startedOn,
} from '../client/products.fixture.js';

const whole = orderSettings();
const { accountId, sdkKey, version, features, campaigns } = whole;

/** Answers that lack what every account has. */
const HALVES: readonly (readonly [what: string, settings: object])[] = [
  ['nothing but the account', { accountId }],
  ['no features', { accountId, sdkKey, version, campaigns }],
  ['no campaigns', { accountId, sdkKey, version, features }],
  ['features that are null', { ...whole, features: null }],
  ['campaigns that are null', { ...whole, campaigns: null }],
];

let edge: VwoEdge;
beforeEach(async () => void (edge = await orderEdge()));
afterEach(async () => {
  await closeStarted();
  await edge.close();
});

describe.each([FME, OFFICIAL])('$name: good settings stay', (product) => {
  test.each(HALVES)('when VWO answers with %s', async (_what, settings) => {
    const client = await startedOn(edge, product);
    edge.setSettings(settings);
    await expect(client.refresh()).rejects.toMatchObject({ code: 'VWO_SETTINGS' });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
    expect(client.counters().settingsFailures).toBe(1);
  });

  test.each([
    ['{}', {}],
    ['[]', []],
  ])('but %s for a list is an empty list, as VWO sends it', async (_what, empty) => {
    const client = await startedOn(edge, product);
    edge.setSettings({ ...whole, features: empty, campaigns: empty });
    expect(await client.refresh()).toBe(true);
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('ab').isEnabled()).toBe(false);
    await visit.end();
  });
});

describe('fullStack: good settings stay', () => {
  const file = orderSettingsFile();

  test.each([
    ['nothing but the account', { accountId }],
    ['no campaigns', { ...file, campaigns: undefined }],
    ['campaigns that are null', { ...file, campaigns: null }],
  ])('when VWO answers with %s', async (_what, settings) => {
    const client = await startedOn(edge, FULL_STACK);
    edge.setSettingsFile(settings);
    await expect(client.refresh()).rejects.toMatchObject({ code: 'VWO_SETTINGS' });
    const visit = await client.visit({ id: 'ann' });
    expect(visit.flag('ab').isEnabled()).toBe(true);
    await visit.end();
  });
});

test.each([FME, OFFICIAL])(
  '$name: an application that must not start without settings does not start with half of them',
  async (product) => {
    edge.setSettings({ accountId });
    const client = product.make({ baseUrl: edge.url, startTimeout: 50, onStartFailure: 'fail' });
    try {
      await expect(client.start()).rejects.toMatchObject({ code: 'VWO_START' });
    } finally {
      await client.close();
    }
  },
);
