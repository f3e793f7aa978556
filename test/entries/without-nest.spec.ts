import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountSettings, feature, rollout, VwoEdge } from '../../lib/entries/edge.js';
import { buildLib, type BuiltLib } from '../common/child-process.js';

/** Says which packages of Nest's a process has loaded, and rxjs. Node 26 deprecates `register`; Node 20 has nothing else. */
const REPORTING_LOADER = `
  import * as modules from 'node:module';
  function load(url, context, next) {
    if (/node_modules\\/(@nestjs\\/[^/]+|rxjs|reflect-metadata)\\//.test(url)) process._rawDebug('loaded ' + url);
    return next(url, context);
  }
  if (modules.registerHooks) modules.registerHooks({ load });
  else modules.register('data:text/javascript,' + encodeURIComponent('export ' + load));
`;

describe('without Nest', () => {
  let lib: BuiltLib;
  beforeAll(async () => void (lib = await buildLib()));
  afterAll(() => lib.remove());

  it.each([
    ['client', 'FmeClient'],
    ['edge', 'VwoEdge'],
    ['contract', 'storageContract'],
    ['openfeature', 'VwoOpenFeatureProvider'],
    ['otel', 'VwoTelemetry'],
  ])('`nestjs-vwo/%s` loads neither NestJS nor rxjs', async (entry, name) => {
    const { code, out, error } = await lib.run(`${REPORTING_LOADER}
      const loaded = await import('lib/entries/${entry}.js');
      console.log(typeof loaded.${name});`);
    expect({ code, out, error }).toEqual({ code: 0, out: 'function\n', error: '' });
  });

  it('is told apart by this test: the main entry loads them', async () => {
    const { code, error } = await lib.run(`${REPORTING_LOADER} await import('lib/index.js');`);
    expect(code).toBe(0);
    expect(error).toMatch(/@nestjs\/common/);
    expect(error).toMatch(/rxjs/);
  });

  it('a client decides, stores and sends in a script', async () => {
    const settings = accountSettings({ features: [feature('ab', [rollout()])] });
    const edge = await VwoEdge.start({ settings });
    const account = { accountId: settings.accountId, sdkKey: settings.sdkKey, baseUrl: edge.url };
    const { code, out } = await lib.run(`
      const { FmeClient } = await import('lib/entries/client.js');
      const logger = { log() {}, warn: console.log, error: console.log };
      const client = new FmeClient({ ...${JSON.stringify(account)}, logger });
      await client.start();
      const visit = await client.visit({ id: 'ann' });
      console.log(visit.flag('ab').isEnabled());
      await visit.end();
      await client.close();`);
    expect({ code, out }).toEqual({ code: 0, out: 'true\n' });
    expect(edge.eventsOf('ann').map(({ name }) => name)).toEqual(['vwo_variationShown']);
    await edge.close();
  });
});
