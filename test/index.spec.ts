import { readFile } from 'node:fs/promises';
import { describe, it, expect } from '@jest/globals';

const ENTRIES: Record<string, readonly string[]> = {
  index: [
    'Flag',
    'FlagEnabled',
    'FlagVariable',
    'FmeClient',
    'InjectVwo',
    'MemoryStorage',
    'RequireFlag',
    'SkipFlags',
    'UseFlags',
    'VWO_OPTIONS',
    'VisitOpener',
    'VwoClient',
    'VwoError',
    'VwoGuard',
    'VwoInterceptor',
    'VwoModule',
    'VwoOptionsError',
    'VwoOutsideVisitError',
    'VwoService',
    'VwoSettingsError',
    'VwoStartError',
    'VwoStorage',
    'VwoStorageError',
    'VwoTransportError',
    'VwoUndeclaredFlagError',
    'VwoUser',
    'WithVisit',
    'connectorStorage',
    'getVwoToken',
    'jobOf',
    'messageOf',
    'requestOf',
    'socketOf',
  ],
  'entries/client': [
    'FmeClient',
    'MemoryStorage',
    'VwoClient',
    'VwoError',
    'VwoOptionsError',
    'VwoSettingsError',
    'VwoStartError',
    'VwoStorage',
    'VwoStorageError',
    'VwoTransportError',
    'VwoUndeclaredFlagError',
    'connectorStorage',
  ],
  'entries/config': ['vwoConfig'],
  'entries/contract': ['storageContract'],
  'entries/edge': [
    'VwoEdge',
    'abTest',
    'accountSettings',
    'exclusiveGroup',
    'feature',
    'featureRollout',
    'featureTest',
    'fullStackSettings',
    'personalise',
    'rollout',
    'visualAb',
  ],
  'entries/health': ['VwoHealthIndicator'],
  'entries/otel': ['VwoTelemetry'],
  'entries/webhook': ['VwoWebhookModule'],
  'entries/full-stack': ['FullStackClient', 'Variation', 'fullStack', 'pushTags'],
  'entries/openfeature': ['VwoOpenFeatureProvider', 'vwoUserOf'],
  'entries/redis': ['RedisSettingsStore', 'RedisStorage'],
  'entries/sdk': ['SdkClient', 'VwoSdkInUseError', 'VwoSdkMissingError', 'VwoUndecidedFlagError', 'officialSdk'],
  'entries/testing': [
    'VwoEdge',
    'VwoTestingFlags',
    'VwoTestingModule',
    'VwoUnsetFlagError',
    'abTest',
    'accountSettings',
    'exclusiveGroup',
    'feature',
    'featureRollout',
    'featureTest',
    'fullStackSettings',
    'getVwoTestingToken',
    'overrideVwo',
    'personalise',
    'rollout',
    'storageContract',
    'testFlag',
    'visualAb',
    'vwoMatchers',
  ],
};

describe('an entry point', () => {
  it('is listed here for each subpath of the package', async () => {
    const { exports } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    const files = Object.keys(exports).map((path) => (path === '.' ? 'index' : path.replace('./', 'entries/')));
    expect(files.filter((file) => file !== 'entries/package.json').sort()).toEqual(Object.keys(ENTRIES).sort());
  });

  it.each(Object.entries(ENTRIES))('exports this list, and nothing by accident: %s', async (entry, names) => {
    const face = (await import(`../lib/${entry}.js`)) as object;
    expect(Object.keys(face).sort()).toEqual(names);
  });
});

describe('`nestjs-vwo`', () => {
  it('needs neither @nestjs/config nor ioredis', async () => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const follow = async (file: URL): Promise<void> => {
      if (seen.has(file.href)) return;
      seen.add(file.href);
      const source = await readFile(file, 'utf8');
      for (const [, name = ''] of source.matchAll(/^(?:import|export)\b(?! type)[^;]*?['"]([^'"]+)['"];/gms)) {
        if (name.startsWith('.')) await follow(new URL(name.replace(/\.js$/, '.ts'), file));
        else packages.add(name);
      }
    };
    await follow(new URL('../lib/index.ts', import.meta.url));
    expect(seen.size).toBeGreaterThan(30);
    expect([...packages]).toEqual(expect.arrayContaining(['@nestjs/common', 'rxjs']));
    expect([...packages].filter((name) => name === 'ioredis' || name === '@nestjs/config')).toEqual([]);
  });
});
