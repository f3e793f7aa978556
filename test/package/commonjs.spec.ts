import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entriesOf, type Manifest, manifestOf, ROOT } from './manifest.js';
import { NEST_PEERS, PackedPackage, type Project } from './packed-package.js';

/** What single entries load besides, as this repository has it. */
const OPTIONAL = [
  'ioredis',
  '@nestjs/terminus',
  '@openfeature/server-sdk',
  '@opentelemetry/api',
  'vwo-node-sdk',
  'vwo-fme-node-sdk',
];

/** As tools that load no ES modules with `require` ask: without the condition `module-sync`. */
const WITHOUT_ES_MODULES = (manifest: Manifest, entry: string): string => {
  const target = manifest.exports[entry.replace('nestjs-vwo', '.')];
  if (target === undefined || typeof target === 'string') throw new Error(`${entry} has no conditions`);
  return `./node_modules/nestjs-vwo/${target.require.default}`;
};

describe('the CommonJS build', () => {
  let packed: PackedPackage;
  let project: Project;
  let manifest: Manifest;
  const path = (entry: string) => JSON.stringify(WITHOUT_ES_MODULES(manifest, entry));

  beforeAll(async () => {
    packed = await PackedPackage.pack();
    manifest = await manifestOf(ROOT);
    project = await packed.linkedWith(...Object.keys(manifest.dependencies), ...NEST_PEERS, ...OPTIONAL);
  });
  afterAll(() => packed.remove());

  it('exports from each entry what the ES modules export', async () => {
    const pairs = entriesOf(manifest).map((entry) => `['${entry}', require(${path(entry)})]`);
    const program = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const names = (module) => Object.keys(module).filter((name) => name !== '__esModule').sort().join();
      for (const [entry, commonjs] of [${pairs.join(', ')}]) console.log(entry, names(commonjs) === names(await import(entry)));`;
    expect(await project.prints(program)).toBe(
      entriesOf(manifest)
        .map((entry) => `${entry} true\n`)
        .join(''),
    );
  });

  it("decides FME's flags, Full Stack's, and those of VWO's own SDK", async () => {
    const program = `
      const { FmeClient } = require(${path('nestjs-vwo/client')});
      const { FullStackClient } = require(${path('nestjs-vwo/full-stack')});
      const { SdkClient } = require(${path('nestjs-vwo/sdk')});
      const { accountSettings, feature, fullStackSettings, rollout, VwoEdge, visualAb } = require(${path('nestjs-vwo/testing')});

      async function main() {
        const edge = await VwoEdge.start({
          settings: accountSettings({ features: [feature('ab', [rollout()])] }),
          settingsFile: fullStackSettings({ campaigns: [visualAb('ab')] }),
        });
        const account = { accountId: 123456, sdkKey: 'k', baseUrl: edge.url };
        for (const Client of [FmeClient, FullStackClient, SdkClient]) {
          const client = new Client(account);
          await client.start();
          const visit = await client.visit({ id: 'ann' }, ['ab']);
          console.log(Client.name, visit.flag('ab').isEnabled());
          await visit.end();
          await client.close();
        }
        console.log(edge.eventsOf('ann').length > 0);
        await edge.close();
      }
      main();`;
    expect(await project.prints(program, 'products.cjs')).toBe(
      'FmeClient true\nFullStackClient true\nSdkClient true\ntrue\n',
    );
  });
});
